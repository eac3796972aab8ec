import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CreateTrainingJobCommandInput,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { sleep } from '../../src/concurrency/clock.ts';
import type { EndpointJobs } from '../../src/endpoint/jobs/endpoint-jobs.ts';
import { hasEnded } from '../../src/jobs/status.ts';
import type { JobsEndpoint } from './jobs-endpoint.ts';
import { makeTarGz } from './tar.ts';

/** Puts a source with one program into the bucket. Returns the hyperparameters that name it. */
export async function putSource(
  { s3 }: Pick<JobsEndpoint, 's3'>,
  program: string,
  content: string,
): Promise<Record<string, string>> {
  const key = `code/${program}.tar.gz`;
  await s3.put(key, makeTarGz([{ name: program, content, mode: 0o755 }]));
  return {
    sagemaker_program: JSON.stringify(program),
    sagemaker_submit_directory: JSON.stringify(`s3://bucket/${key}`),
  };
}

/** A request for a job with that source. */
export function jobRequest(
  name: string,
  hyperparameters: Readonly<Record<string, string>>,
  members: Partial<CreateTrainingJobCommandInput> = {},
): CreateTrainingJobCommandInput {
  return {
    TrainingJobName: name,
    RoleArn: 'arn:aws:iam::123456789012:role/training',
    HyperParameters: { ...hyperparameters },
    AlgorithmSpecification: {
      TrainingImage: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/optml:latest',
      TrainingInputMode: 'File',
    },
    OutputDataConfig: { S3OutputPath: 's3://bucket/output' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
    ...members,
  };
}

/** The description of a job once it has ended. */
export async function untilEnded(
  { client }: Pick<JobsEndpoint, 'client'>,
  name: string,
): Promise<DescribeTrainingJobCommandOutput> {
  for (;;) {
    const described = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
    if (['Completed', 'Failed', 'Stopped'].includes(described.TrainingJobStatus ?? '')) return described;
    await sleep(50);
  }
}

/** Resolves once the first host of a job has printed what `pattern` matches. */
export async function untilOutput(
  { jobs }: { readonly jobs: Pick<EndpointJobs, 'store'> },
  name: string,
  pattern: RegExp,
): Promise<void> {
  const file = join(jobs.store.folderOf(name), 'logs', 'algo-1.log');
  while (!(existsSync(file) && pattern.test(readFileSync(file, 'utf8')))) {
    const { TrainingJobStatus: status, FailureReason: reason } = jobs.store.read(name);
    if (hasEnded(status)) throw new Error(`${name} has ended (${status}): ${reason}`);
    await sleep(20);
  }
}
