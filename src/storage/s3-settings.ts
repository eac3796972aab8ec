import { VARIABLES } from '../contract/variables.ts';
import { requestRegion } from '../environment/region.ts';
import { OptmlError } from '../errors/error.ts';

/** Where S3 is and who asks, as the environment has it. */
export interface S3Settings {
  readonly region: string;
  /** Another place than AWS's own, such as a stand-in's; undefined: what the region has. */
  readonly endpoint: string | undefined;
  /** Undefined: the standard chain (profile, web identity, container, instance) finds them. */
  readonly credentials: StaticCredentials | undefined;
}

/** Keys that the environment holds. */
export interface StaticCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Reads region (contract section 4), endpoint (C80) and keys from variables; empty ones count as absent.
 *
 * @throws OptmlError S3_REFUSED for half a pair of keys, SETTING_INVALID for an endpoint that is no URL.
 */
export function readS3Settings(variables: Readonly<NodeJS.ProcessEnv>, warn: (message: string) => void): S3Settings {
  const endpoint = readEndpoint(variables, warn);
  return { region: requestRegion(variables), endpoint, credentials: readCredentials(variables) };
}

function readEndpoint(variables: Readonly<NodeJS.ProcessEnv>, warn: (message: string) => void): string | undefined {
  const ofSdk = variables[VARIABLES.s3Endpoint] || undefined;
  const ofSageMaker = variables[VARIABLES.sagemakerS3Endpoint] || undefined;
  if (ofSdk !== undefined && ofSageMaker !== undefined && ofSdk !== ofSageMaker) {
    warn(`AWS_ENDPOINT_URL_S3 (${ofSdk}) and S3_ENDPOINT_URL (${ofSageMaker}) differ: the first is used`);
  }
  const names = [VARIABLES.s3Endpoint, VARIABLES.sagemakerS3Endpoint, VARIABLES.endpoint];
  const name = names.find((each) => variables[each]);
  const endpoint = name === undefined ? undefined : variables[name];
  if (endpoint === undefined || isHttpUrl(endpoint)) return endpoint;
  throw new OptmlError('SETTING_INVALID', `${name} is no URL of the form http://HOST[:PORT]: "${endpoint}"`, {
    where: name,
    fix: 'Give the whole URL, such as http://localhost:9000.',
  });
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Keys among the variables, if there are any. @throws OptmlError S3_REFUSED for half a pair. */
export function readCredentials(variables: Readonly<NodeJS.ProcessEnv>): StaticCredentials | undefined {
  const accessKeyId = variables['AWS_ACCESS_KEY_ID'] || undefined;
  const secretAccessKey = variables['AWS_SECRET_ACCESS_KEY'] || undefined;
  const sessionToken = variables['AWS_SESSION_TOKEN'] || undefined;
  if (accessKeyId === undefined) return undefined;
  if (secretAccessKey === undefined) {
    throw new OptmlError('S3_REFUSED', 'AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not', {
      where: 'AWS_SECRET_ACCESS_KEY',
      fix: 'Set both, or neither where the job has a role.',
    });
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}
