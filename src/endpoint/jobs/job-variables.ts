import { VARIABLES } from '../../contract/variables.ts';
import type { StaticCredentials } from '../../storage/s3-settings.ts';

/** The failure reason of a job whose image is not available says this. */
export const imageAdvice =
  "To run another image in its place, start the endpoint with --image 'PATTERN=NAME', or without a container with --image 'PATTERN=process'.";

/** The environment of the processes of jobs: the endpoint's, without what its user has set for AWS. */
export function ownerVariables(variables: Readonly<NodeJS.ProcessEnv>): Readonly<NodeJS.ProcessEnv> {
  const isKept = ([name]: [string, unknown]) => !name.startsWith('AWS_') && name !== VARIABLES.sagemakerS3Endpoint;
  return Object.fromEntries(Object.entries(variables).filter(isKept));
}

/** The variables by which a job, and its programs, find the endpoint. */
export function jobVariables(
  { url, credentials }: { readonly url: string; readonly credentials: StaticCredentials },
  region: string,
): Readonly<Record<string, string>> {
  return {
    [VARIABLES.endpoint]: url,
    [VARIABLES.s3Endpoint]: url,
    [VARIABLES.region]: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
