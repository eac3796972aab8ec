import type { KeyPair } from '../credentials/keys.ts';

/** What clients need to find an endpoint. */
export interface ClientAccess {
  readonly url: string;
  readonly keys: KeyPair;
  readonly region: string;
  /** The configuration file of the SageMaker Python SDKs. Absolute. */
  readonly sdkConfigFile: string;
}

/**
 * Variables of a caller that would lead its clients elsewhere, or give them other credentials. The endpoint has no TLS, and
 * rclone does not start with AWS_CA_BUNDLE.
 */
const MISLEADING =
  /^AWS_(?:CA_BUNDLE|SESSION_TOKEN|SECURITY_TOKEN|PROFILE|DEFAULT_PROFILE|ENDPOINT_URL_\w+|IGNORE_CONFIGURED_ENDPOINT_URLS|ROLE_ARN|ROLE_SESSION_NAME|WEB_IDENTITY_TOKEN_FILE|CONTAINER_\w+|USE_FIPS_ENDPOINT|USE_DUALSTACK_ENDPOINT|S3_USE_\w+)$/;

const PROXIES = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];

/** The variables by which AWS clients use the endpoint. `caller` are those that they have beside them. */
export function clientVariables(
  access: ClientAccess,
  caller: Readonly<NodeJS.ProcessEnv>,
): Readonly<Record<string, string>> {
  const { url, keys, region, sdkConfigFile } = access;
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    SAGEMAKER_USER_CONFIG_OVERRIDE: sdkConfigFile,
    SAGEMAKER_ADMIN_CONFIG_OVERRIDE: sdkConfigFile,
    ...unproxied(url, caller),
  };
}

/** The names of the caller's variables that must not be set beside them. */
export function misleadingVariables(caller: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  return Object.keys(caller).filter((name) => MISLEADING.test(name));
}

/** A caller behind a proxy reaches its own machine without it. */
function unproxied(url: string, caller: Readonly<NodeJS.ProcessEnv>): Readonly<Record<string, string>> {
  if (!PROXIES.some((name) => caller[name])) return {};
  const { hostname } = new URL(url);
  const hosts = [caller['no_proxy'] ?? caller['NO_PROXY'], hostname].filter(Boolean).join(',');
  return { NO_PROXY: hosts, no_proxy: hosts };
}
