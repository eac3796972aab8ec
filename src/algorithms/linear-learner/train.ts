import { linearLearner } from './declaration.ts';

/**
 * Runs the job of this process; `SAGEMAKER_TRAINING_MODULE=optml/algorithms/linear-learner:train` calls it.
 *
 * @example
 * ```ts
 * import { train } from 'optml/algorithms/linear-learner';
 *
 * // The program of a training image calls it: outside of a job there are no data.
 * if (process.env['TRAINING_JOB_NAME'] !== undefined) await train();
 * ```
 */
export const train = linearLearner.main;
