import { StopTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import type { AwsSession } from '../../aws/aws-session.ts';
import { isOptmlError } from '../../errors/error.ts';
import { describeJob } from './describe-job.ts';
import { OPERATIONS } from './operations.ts';

/**
 * Asks for a job to be stopped. A job that is being stopped already is no error, nor is one that an earlier attempt has
 * stopped whose answer was lost.
 *
 * @throws OptmlError JOB_NOT_FOUND, JOB_HAS_ENDED.
 */
export async function stopJob(session: AwsSession, name: string, signal: AbortSignal | undefined): Promise<void> {
  let isRepeated = false;
  try {
    await session.request(
      OPERATIONS.stop(name),
      signal,
      async (clients, options) => {
        const client = await clients.client('sagemaker');
        await client.send(new StopTrainingJobCommand({ TrainingJobName: name }), options);
      },
      () => {
        isRepeated = true;
      },
    );
  } catch (error) {
    if (!isOptmlError(error) || error.code !== 'JOB_HAS_ENDED') throw error;
    const { TrainingJobStatus: status } = await describeJob(session, name, signal);
    if (status !== 'Stopping' && !(isRepeated && status === 'Stopped')) throw error;
  }
}
