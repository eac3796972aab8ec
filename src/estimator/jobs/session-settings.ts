import { VARIABLES } from '../../contract/variables.ts';
import type { CloudPlatform } from '../cloud/cloud-platform.ts';
import type { FoundDefaults } from '../configuration/defaults.ts';
import type { Session } from '../session.ts';

/**
 * The environment for S3: region and address of the session, and the keys of its profile. Without a profile the keys are
 * those of the environment, or what the AWS SDK finds.
 */
export async function sessionVariables(
  { variables, profile, endpointUrl }: Session,
  platform: CloudPlatform,
): Promise<Readonly<NodeJS.ProcessEnv>> {
  const { region } = platform;
  const keys = profile === undefined ? undefined : await platform.credentials();
  return {
    ...variables,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(endpointUrl !== undefined && { AWS_ENDPOINT_URL: endpointUrl, AWS_ENDPOINT_URL_S3: endpointUrl }),
    ...(keys !== undefined && {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
    }),
  };
}

/** The defaults of requests, with those of the session, which win. */
export function sessionDefaults(
  { defaults, origins }: FoundDefaults,
  { defaultBucket, defaultBucketPrefix }: Session,
): FoundDefaults {
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

/** Whether requests go to a server on this machine, such as `optml endpoint`: it may run images that are not in ECR. */
export function isEndpointHere({ endpointUrl, variables }: Session): boolean {
  const isIgnored = variables['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true';
  const configured = variables['AWS_ENDPOINT_URL_SAGEMAKER'] || variables[VARIABLES.endpoint];
  const url = endpointUrl ?? (isIgnored ? undefined : configured);
  if (!url || !URL.canParse(url)) return false;
  return /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}
