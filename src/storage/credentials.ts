import { S3Client } from '@aws-sdk/client-s3';
import { requestRegion } from '../environment/region.ts';
import type { StaticCredentials } from './s3-settings.ts';

/**
 * The credentials that the SDK's standard chain finds, which reads `process.env`: a profile (`AWS_PROFILE`), single sign-on,
 * web identity, the container's or the instance's role. They may be valid for an hour only.
 *
 * @throws Error of the SDK when there are none.
 */
export async function resolveCredentials(variables: Readonly<NodeJS.ProcessEnv>): Promise<StaticCredentials> {
  const client = new S3Client({ region: requestRegion(variables) });
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  } finally {
    client.destroy();
  }
}
