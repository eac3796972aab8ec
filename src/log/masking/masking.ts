// What masks secrets, in one bundle.
export { collectSecrets } from './collect.ts';
export { makeMasker } from './masker.ts';
export { maskArguments, maskNamed, maskShapes, maskValue } from './named-values.ts';
