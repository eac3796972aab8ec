import { resolve } from 'node:path';
import { withAbsoluteHome } from '../jobs/jobs-dir.ts';
import type { LocalEndpoint, LocalEndpointOptions } from './local-endpoint.ts';

export type { EndpointLog } from './endpoint.ts';
export type { LocalEndpoint } from './local-endpoint.ts';

/** How {@link startEndpoint} starts the endpoint. Relative paths count from the working directory. */
export type EndpointOptions = Omit<LocalEndpointOptions, 'variables'> & {
  /** The environment to read, such as `OPTML_HOME`. By default that of this process. */
  readonly variables?: Readonly<NodeJS.ProcessEnv>;
};

/**
 * Starts a local AWS endpoint: unmodified AWS clients use it in place of AWS, without an account and without a network.
 * Endpoints that run at the same time need a `dataDir` each.
 *
 * @example
 * ```ts
 * import { startEndpoint } from 'optml/endpoint';
 *
 * const endpoint = await startEndpoint({ dataDir: 'test-buckets' });
 * // `endpoint.env` is the environment for a program with AWS clients; in this process:
 * Object.assign(process.env, endpoint.env);
 * console.log(endpoint.url);
 * await endpoint.close();
 * ```
 * The process stays until the endpoint is closed.
 *
 * @throws OptmlError USAGE for a wrong option; DESTINATION_INVALID for a folder; ENDPOINT_FAILED, such as for a port in use.
 */
export async function startEndpoint(options: EndpointOptions = {}): Promise<LocalEndpoint> {
  const { variables = process.env, dataDir, buckets } = options;
  const { startLocalEndpoint } = await import('#endpoint/local-endpoint');
  return startLocalEndpoint({
    ...options,
    variables: withAbsoluteHome(variables, resolve()),
    dataDir: absolute(dataDir),
    buckets: Object.fromEntries(Object.entries(buckets ?? {}).map(([name, dir]) => [name, absolute(dir)])),
  });
}

/** Leaves wrong values as they are: the check of the options names them. */
function absolute<Path>(path: Path): Path {
  return (typeof path === 'string' && path !== '' ? resolve(path) : path) as Path;
}
