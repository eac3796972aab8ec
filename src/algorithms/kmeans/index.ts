export { kmeans } from './declaration.ts';
export { train } from './train.ts';
