import { endpointOf } from '../../aws/is-endpoint-here.ts';
import type { CloudPlatform } from '../cloud/cloud-platform.ts';
import { defaultProblem } from '../configuration/default-values.ts';
import type { FoundDefaults } from '../configuration/defaults.ts';
import { wrongDefaults } from '../configuration/defaults-error.ts';
import type { Session } from '../session.ts';

/**
 * The environment for S3: region and address of the session, and address and keys of its profile. Without a profile the keys are
 * those of the environment, or what the AWS SDK finds.
 */
export async function sessionVariables(
  { variables, profile, endpointUrl }: Session,
  platform: Pick<CloudPlatform, 'region' | 'credentials'>,
): Promise<Readonly<NodeJS.ProcessEnv>> {
  const { region } = platform;
  const keys = profile === undefined ? undefined : await platform.credentials();
  // With a profile of its own, S3 must be where SageMaker is.
  const s3 = profile === undefined ? undefined : await endpointOf('s3', { variables, profile, endpointUrl });
  return {
    ...variables,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(s3 !== undefined && { AWS_ENDPOINT_URL_S3: s3 }),
    ...(endpointUrl !== undefined && { AWS_ENDPOINT_URL: endpointUrl, AWS_ENDPOINT_URL_S3: endpointUrl }),
    ...(keys !== undefined && {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
    }),
  };
}

/** The defaults of requests, with those of the session, which win. @throws OptmlError DEFAULTS_INVALID. */
export function sessionDefaults(
  { defaults, origins }: FoundDefaults,
  { defaultBucket, defaultBucketPrefix }: Session,
): FoundDefaults {
  const problems = [
    ...(defaultBucket === undefined ? [] : [defaultProblem('bucket', defaultBucket, 'session.defaultBucket')]),
    ...(defaultBucketPrefix === undefined || defaultBucketPrefix === ''
      ? []
      : [defaultProblem('prefix', defaultBucketPrefix, 'session.defaultBucketPrefix')]),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw wrongDefaults(problems, 'the session');
  return {
    defaults: {
      ...defaults,
      ...(defaultBucket !== undefined && { bucket: defaultBucket }),
      ...(defaultBucketPrefix !== undefined && { prefix: defaultBucketPrefix }),
    },
    origins: {
      ...origins,
      ...(defaultBucket !== undefined && { bucket: 'session.defaultBucket' }),
      ...(defaultBucketPrefix !== undefined && { prefix: 'session.defaultBucketPrefix' }),
    },
  };
}
