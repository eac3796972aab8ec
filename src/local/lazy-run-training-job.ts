import { resolve } from 'node:path';
import { withAbsoluteHome } from '../jobs/jobs-dir.ts';
import type { RunTrainingJobOptions, TrainingJobResult } from './run-training-job.ts';

/**
 * As {@link import('./run-training-job.ts').runTrainingJob}; loaded at its first use, for scripts that never run a job. The
 * only place that reads `process.env` and the working directory for a caller who gives none.
 *
 * @example
 * ```ts
 * import { mkdirSync, writeFileSync } from 'node:fs';
 * import { runTrainingJob } from 'optml';
 *
 * mkdirSync('code');
 * writeFileSync('code/train.sh', 'echo "optml metric loss=0.25;"');
 * const request = {
 *   AlgorithmSpecification: { TrainingImage: 'optml', TrainingInputMode: 'File' },
 *   HyperParameters: { sagemaker_program: 'train.sh', sagemaker_submit_directory: './code' },
 *   OutputDataConfig: { S3OutputPath: './out' },
 *   ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
 *   StoppingCondition: { MaxRuntimeInSeconds: 60 },
 *   TrainingJobName: 'example',
 * };
 * const { record } = await runTrainingJob(request, { engine: 'process', variables: { ...process.env, OPTML_HOME: 'home' } });
 * console.log(record.TrainingJobStatus, record.FinalMetricDataList?.[0]?.Value); // Completed 0.25
 * ```
 */
export async function runTrainingJob(
  request: unknown,
  options: RunTrainingJobOptions = {},
): Promise<TrainingJobResult> {
  const { variables = process.env, baseDir = '.' } = options;
  const { runTrainingJob: run } = await import('#local/run-training-job');
  return run(request, { ...options, variables: withAbsoluteHome(variables, resolve()), baseDir: resolve(baseDir) });
}
