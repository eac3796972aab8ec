import { resolve } from 'node:path';
import { withAbsoluteHome } from '../jobs/jobs-dir.ts';
import type { RunTrainingJobOptions, TrainingJobResult } from './run-training-job.ts';

/**
 * As {@link import('./run-training-job.ts').runTrainingJob}; loaded at its first use, for scripts that never run a job. The
 * only place that reads `process.env` and the working directory for a caller who gives none.
 */
export async function runTrainingJob(
  request: unknown,
  options: RunTrainingJobOptions = {},
): Promise<TrainingJobResult> {
  const { variables = process.env, baseDir = '.' } = options;
  const { runTrainingJob: run } = await import('#local/run-training-job');
  return run(request, { ...options, variables: withAbsoluteHome(variables, resolve()), baseDir: resolve(baseDir) });
}
