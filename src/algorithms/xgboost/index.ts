export { xgboost } from './declaration.ts';
export { train } from './train.ts';
