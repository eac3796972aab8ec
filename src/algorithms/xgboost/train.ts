import { xgboost } from './declaration.ts';

/**
 * Runs the job of this process; `SAGEMAKER_TRAINING_MODULE=optml/algorithms/xgboost:train` calls it.
 *
 * @example
 * ```ts
 * import { train } from 'optml/algorithms/xgboost';
 *
 * // The program of a training image calls it: outside of a job there are no data.
 * if (process.env['TRAINING_JOB_NAME'] !== undefined) await train();
 * ```
 */
export const train = xgboost.main;
