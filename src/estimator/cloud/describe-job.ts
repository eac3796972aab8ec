import { DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import type { AwsSession } from '../../aws/aws-session.ts';
import { plainAnswer } from '../../aws/plain-answer.ts';
import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import { modelLocation } from '../../jobs/describe/model-location.ts';
import { checkDescription } from './check-description.ts';
import { OPERATIONS } from './operations.ts';

/** A job as DescribeTrainingJob answers, with the location that its model will have. @throws OptmlError JOB_NOT_FOUND. */
export async function describeJob(
  session: AwsSession,
  name: string,
  signal: AbortSignal | undefined,
): Promise<TrainingJobDescription> {
  const answer = await session.request(OPERATIONS.describe(name), signal, async (clients, options) => {
    const client = await clients.client('sagemaker');
    return client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }), options);
  });
  const described = checkDescription(plainAnswer({ ...answer }), name);
  const { ModelArtifacts: model, OutputDataConfig: output } = described;
  // The service leaves it out until the model is there. A serverless job has no location that could be named.
  if (model !== undefined || output === undefined) return described;
  const request = { TrainingJobName: name, OutputDataConfig: output };
  return { ...described, ModelArtifacts: { S3ModelArtifacts: modelLocation(request) } };
}
