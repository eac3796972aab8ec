import { kmeans } from './declaration.ts';

/** Runs the job of this process; `SAGEMAKER_TRAINING_MODULE=optml/algorithms/kmeans:train` calls it. */
export const train = kmeans.main;
