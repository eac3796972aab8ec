import { xgboost } from './declaration.ts';

/** Runs the job of this process; `SAGEMAKER_TRAINING_MODULE=optml/algorithms/xgboost:train` calls it. */
export const train = xgboost.main;
