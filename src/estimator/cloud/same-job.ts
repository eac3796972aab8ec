import { OptmlError } from '../../errors/error.ts';
import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';

/**
 * `now`, which must describe the job that `before` describes. Another account or region may have a job with its name: new
 * credentials can lead there.
 *
 * @throws OptmlError AWS_FAILED for another job.
 */
export function sameJob(
  before: TrainingJobDescription | undefined,
  now: TrainingJobDescription,
): TrainingJobDescription {
  if (before === undefined || before.TrainingJobArn === now.TrainingJobArn) return now;
  const message = `the job that was followed is ${before.TrainingJobArn}, and the service now shows ${now.TrainingJobArn}`;
  throw new OptmlError('AWS_FAILED', message, {
    where: `training job "${now.TrainingJobName}"`,
    fix: 'Check that the credentials still belong to the same account, and the endpoint.',
  });
}
