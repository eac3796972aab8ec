export { linearLearner } from './declaration.ts';
export { train } from './train.ts';
