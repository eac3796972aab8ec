import { isDeepStrictEqual } from 'node:util';
import { CreateTrainingJobCommand, type CreateTrainingJobCommandInput } from '@aws-sdk/client-sagemaker';
import type { AwsSession } from '../../aws/aws-session.ts';
import { isOptmlError } from '../../errors/error.ts';
import { maskedError } from '../../errors/masked-error.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { requestMask } from '../../request/request-mask.ts';
import { describeJob } from './describe-job.ts';
import { OPERATIONS } from './operations.ts';

// Clocks of this machine and of AWS differ by less: otherwise signatures are refused.
const CLOCK_SECONDS = 300;

/**
 * Creates a job. If the answer to a first attempt is lost, and the next one finds the name in use, the job that has it is
 * compared with the request: it is the one that was created.
 *
 * @throws OptmlError JOB_NAME_IN_USE, QUOTA_EXCEEDED, IMAGE_UNAVAILABLE, REQUEST_INVALID, AWS_REFUSED, AWS_FAILED.
 */
export async function createJob(
  session: AwsSession,
  request: TrainingJobRequest,
  signal: AbortSignal | undefined,
): Promise<{ readonly TrainingJobArn: string }> {
  const { TrainingJobName: name } = request;
  const began = Date.now() / 1000;
  let isRepeated = false;
  try {
    const { TrainingJobArn = '' } = await session.request(
      OPERATIONS.create(name),
      signal,
      async (clients, options) => {
        const client = await clients.client('sagemaker');
        return client.send(new CreateTrainingJobCommand(request as unknown as CreateTrainingJobCommandInput), options);
      },
      () => {
        isRepeated = true;
      },
    );
    return { TrainingJobArn };
  } catch (error) {
    if (!isOptmlError(error)) throw error;
    // The service repeats values that it does not accept.
    if (!isRepeated || error.code !== 'JOB_NAME_IN_USE')
      throw maskedError(error, requestMask(request), { hasCause: false });
    const existing = await describeJob(session, name, signal);
    if ((existing.CreationTime ?? 0) < began - CLOCK_SECONDS || !isJobOf(request, existing)) throw error;
    return { TrainingJobArn: existing.TrainingJobArn };
  }
}

/** Whether a job has what the request asks for, as far as the service shows it unchanged. */
function isJobOf(request: TrainingJobRequest, existing: Readonly<Record<string, unknown>>): boolean {
  const { RoleArn, HyperParameters = {}, OutputDataConfig, AlgorithmSpecification: algorithm } = request;
  const output = existing['OutputDataConfig'] as TrainingJobRequest['OutputDataConfig'] | undefined;
  const image = existing['AlgorithmSpecification'] as TrainingJobRequest['AlgorithmSpecification'];
  return (
    existing['RoleArn'] === RoleArn &&
    output?.S3OutputPath === OutputDataConfig.S3OutputPath &&
    image?.TrainingImage === algorithm?.TrainingImage &&
    isDeepStrictEqual(Object.keys(existing['HyperParameters'] ?? {}).sort(), Object.keys(HyperParameters).sort())
  );
}
