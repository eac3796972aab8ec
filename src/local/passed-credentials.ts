import { readCredentials } from '../storage/s3-settings.ts';
import type { RunContext } from './run-context.ts';

/**
 * The AWS credentials that the hosts are given, as variables: those of the user's environment, else those that the SDK's
 * standard chain finds, as with a profile. None under network isolation (contract C7), or where there are none: a warning
 * reports it.
 */
export async function passedCredentials({
  request,
  options,
  warn,
}: Pick<RunContext, 'request' | 'options' | 'warn'>): Promise<Readonly<Record<string, string>>> {
  if (request.EnableNetworkIsolation === true) {
    warn('The hosts get no credentials, as EnableNetworkIsolation forbids them (C7)');
    return {};
  }
  try {
    const { accessKeyId, secretAccessKey, sessionToken } =
      readCredentials(options.variables) ?? (await (await import('#storage/s3')).resolveCredentials(options.variables));
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    };
  } catch (error) {
    warn(`There are no credentials to pass on: ${(error as Error).message}`);
    return {};
  }
}
