import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { startEndpoint } from '../../../src/endpoint/endpoint.ts';
import type { Service } from '../../../src/endpoint/http/service.ts';
import type { TrainingJobRequest } from '../../../src/request/request.ts';
import { proxyTo } from '../../support/proxy-service.ts';
import { startS3 } from '../../support/s3.ts';

/** An endpoint that accepts every training job and runs none. */
export interface RecordingEndpoint {
  /** The requests since the last call, as they were sent. */
  readonly take: () => readonly TrainingJobRequest[];
  /** By which clients use it. */
  readonly variables: Readonly<Record<string, string>>;
}

const REGION = 'eu-west-1';

/** A configuration of the SageMaker SDK with nothing but the bucket. */
export const CONFIG = `SchemaVersion: '1.0'
SageMaker:
  PythonSDK:
    Modules:
      TelemetryOptOut: true
      Session:
        DefaultS3Bucket: bucket
`;

/** Starts it, with an S3 in memory. The files are configurations of the SageMaker SDK: the user's, and the administrator's. */
export async function startRecordingEndpoint(
  t: TestContext,
  configFile: string,
  adminFile = configFile,
): Promise<RecordingEndpoint> {
  const s3 = await startS3(t);
  let requests: TrainingJobRequest[] = [];
  const sagemaker: Service = {
    answer: async ({ headers, body }) => {
      const given = JSON.parse(await text(body));
      const operation = String(headers['x-amz-target']).split('.').at(-1);
      if (operation === 'CreateTrainingJob') {
        requests.push(given);
        const arn = `arn:aws:sagemaker:${REGION}:123456789012:training-job/${given.TrainingJobName}`;
        return json(200, { TrainingJobArn: arn });
      }
      return json(400, { __type: 'ValidationException', message: 'Requested resource not found.' });
    },
  };
  const services = { sagemaker, s3: proxyTo(s3.port) };
  const endpoint = await startEndpoint({ services, isAnyCredentials: true });
  t.after(() => endpoint.close(0));
  const take = () => {
    const taken = requests;
    requests = [];
    return taken;
  };
  return {
    take,
    variables: {
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      SAGEMAKER_USER_CONFIG_OVERRIDE: configFile,
      SAGEMAKER_ADMIN_CONFIG_OVERRIDE: adminFile,
    },
  };
}

function json(status: number, body: unknown) {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) };
}
