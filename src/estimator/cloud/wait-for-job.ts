import type { AwsSession } from '../../aws/aws-session.ts';
import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import { hasEnded } from '../../jobs/status.ts';
import { describeJob } from './describe-job.ts';
import { type Pace, Pauses } from './pace.ts';
import { sameJob } from './same-job.ts';

/** The description of a job once it has ended. @throws OptmlError JOB_NOT_FOUND; the reason of `signal`. */
export async function waitForJob(
  session: AwsSession,
  name: string,
  pace: Pace,
  signal: AbortSignal | undefined,
): Promise<TrainingJobDescription> {
  const pauses = new Pauses(pace);
  let before = '';
  let last: TrainingJobDescription | undefined;
  for (;;) {
    const description = sameJob(last, await describeJob(session, name, signal));
    last = description;
    if (hasEnded(description.TrainingJobStatus)) return description;
    const now = `${description.SecondaryStatus} ${description.LastModifiedTime}`;
    await pauses.next(now !== before, 0, signal);
    before = now;
  }
}
