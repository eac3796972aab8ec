import type { RunTrainingJobOptions, TrainingJobResult } from './run-training-job.ts';

/** As {@link import('./run-training-job.ts').runTrainingJob}; loaded at its first use, for scripts that never run a job. */
export async function runTrainingJob(request: unknown, options?: RunTrainingJobOptions): Promise<TrainingJobResult> {
  const { runTrainingJob: run } = await import('#local/run-training-job');
  return run(request, options);
}
