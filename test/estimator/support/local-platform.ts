import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type LocalEndpoint, startLocalEndpoint } from '../../../src/endpoint/local-endpoint.ts';
import type { CloudPlatform } from '../../../src/estimator/cloud/cloud-platform.ts';
import { type CloudSettings, openCloudPlatform } from '../../../src/estimator/cloud/open-cloud-platform.ts';
import type { TrainingJobRequest } from '../../../src/request/request.ts';
import { temporaryFolder } from '../../support/job.ts';
import { makeTarGz } from '../../support/tar.ts';

/** A local endpoint and the platform at it, until the test ends. */
export interface LocalPlatform {
  readonly endpoint: LocalEndpoint;
  readonly platform: CloudPlatform;
  /** Puts a source with one program into the bucket. Returns the hyperparameters that name it. */
  putSource(program: string, content: string): Promise<Readonly<Record<string, string>>>;
}

export async function startLocalPlatform(
  t: TestContext,
  settings: Partial<CloudSettings> = {},
): Promise<LocalPlatform> {
  const folder = temporaryFolder(t);
  const code = join(folder, 'code');
  mkdirSync(code);
  const { PATH, HOME } = process.env;
  const variables = { PATH, HOME, OPTML_HOME: join(folder, 'home') };
  const buckets = { bucket: code };
  const endpoint = await startLocalEndpoint({ variables, buckets, jobs: { engine: 'process', stopGraceSeconds: 5 } });
  const platform = openCloudPlatform({ variables: endpoint.env, ...settings });
  t.after(async () => {
    platform.close();
    await endpoint.close();
  });
  return {
    endpoint,
    platform,
    putSource: async (program, content) => {
      writeFileSync(join(code, `${program}.tar.gz`), makeTarGz([{ name: program, content, mode: 0o755 }]));
      return {
        sagemaker_program: JSON.stringify(program),
        sagemaker_submit_directory: JSON.stringify(`s3://bucket/${program}.tar.gz`),
      };
    },
  };
}

/** A request for a job with that source. */
export function trainingRequest(
  name: string,
  hyperparameters: Readonly<Record<string, string>>,
  members: Partial<TrainingJobRequest> = {},
): TrainingJobRequest {
  return {
    TrainingJobName: name,
    RoleArn: 'arn:aws:iam::123456789012:role/training',
    HyperParameters: hyperparameters,
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
