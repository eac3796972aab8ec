import { linearLearner } from './declaration.ts';

/** Runs the job of this process; `SAGEMAKER_TRAINING_MODULE=optml/algorithms/linear-learner:train` calls it. */
export const train = linearLearner.main;
