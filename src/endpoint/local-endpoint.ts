import { join } from 'node:path';
import { LOCAL_ACCOUNT } from '../contract/local-account.ts';
import { isOptmlError } from '../errors/error.ts';
import { openStore } from '../jobs/job-store.ts';
import { optmlHome } from '../jobs/jobs-dir.ts';
import { checkEndpointOptions } from './check-endpoint-options.ts';
import { clientVariables } from './client/client-variables.ts';
import { recordEndpoint } from './client/running-endpoint.ts';
import { writeSdkConfig } from './client/sdk-config.ts';
import { openWebConsole } from './console/open-web-console.ts';
import { ownKeys } from './credentials/credentials-file.ts';
import { knownKeys } from './credentials/known-keys.ts';
import { DEFAULT_REGION, type EndpointLog, startEndpoint } from './endpoint.ts';
import { makeEndpointDir } from './endpoint-dir.ts';
import { ownNames } from './http/own-names.ts';
import type { JobSettings } from './jobs/endpoint-jobs.ts';
import { imageRulesFile, readImageRules } from './jobs/image-rules.ts';
import { type LocalServices, openLocalServices } from './local-services.ts';
import { listenError } from './port/listen-error.ts';

/** How an endpoint runs jobs. */
export type JobOptions = Pick<JobSettings, 'engine' | 'pull' | 'stopGraceSeconds' | 'parallel' | 'images'>;

/** How the local AWS endpoint is started. Paths are absolute. */
export interface LocalEndpointOptions {
  /** By default a free one. */
  readonly port?: number | undefined;
  /** The address to listen on: by default 127.0.0.1, which only programs of this machine reach. */
  readonly host?: string | undefined;
  /** The folder of the buckets: by default `buckets` in the folder of optml (`OPTML_HOME`). One endpoint at a time uses it. */
  readonly dataDir?: string | undefined;
  /** Folders of plain files that are served as buckets, by the names of the buckets. */
  readonly buckets?: Readonly<Record<string, string>> | undefined;
  /** Accept any well-formed signature. By default clients need the endpoint's own credentials, which `env` contains. */
  readonly isAnyCredentials?: boolean | undefined;
  /** Whether acknowledged writes also survive a power cut. */
  readonly isDurable?: boolean | undefined;
  /** How jobs run. */
  readonly jobs?: JobOptions | undefined;
  /** The environment to read, such as `OPTML_HOME`. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly log?: EndpointLog | undefined;
}

/** A running endpoint. */
export interface LocalEndpoint {
  /** Such as `http://127.0.0.1:4566`. */
  readonly url: string;
  /** The page that shows the jobs, with the token that opens it: treat it as a password. */
  readonly consoleUrl: string;
  /** The variables by which AWS clients use it: address, credentials, region, the configuration of the SageMaker SDKs. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Stops the jobs that were created here, as StopTrainingJob does, then the endpoint. Open requests get a short time to
   * finish. An aborted `signal` ends the wait for both.
   */
  close(signal?: AbortSignal): Promise<void>;
}

/** Starts the local AWS endpoint with all its services. @throws OptmlError USAGE; ENDPOINT_FAILED, such as for a port in use. */
export async function startLocalEndpoint(options: LocalEndpointOptions): Promise<LocalEndpoint> {
  checkEndpointOptions(options);
  const { host = '127.0.0.1', port = 0, isAnyCredentials = false, variables, log } = options;
  const dir = makeEndpointDir(variables);
  const own = ownKeys(dir);
  const keys = knownKeys(own);
  const region = DEFAULT_REGION;
  const sdkConfigFile = writeSdkConfig(dir);
  let local: LocalServices | undefined;
  let removeRecord = () => {};
  const services = async (url: string) => {
    local = await openLocalServices({ ...serviceSettings(options), url, ownKeys: own, issueKeys: keys.issue });
    removeRecord = recordEndpoint(dir, { url, region });
    return local.services;
  };
  const webConsole = openWebConsole(openStore(variables));
  const settings = { services, webConsole, host, port, keys, isAnyCredentials, log };
  const endpoint = await startEndpoint(settings).catch(async (error) => {
    await local?.close();
    throw isOptmlError(error) ? error : await listenError(error, host, port);
  });
  const { url } = endpoint;
  return {
    url,
    consoleUrl: webConsole.urlAt(url),
    env: clientVariables({ url, keys: own, region, sdkConfigFile }, variables),
    close: async (signal = new AbortController().signal) => {
      removeRecord();
      await local?.stopJobs(signal);
      await endpoint.close(signal.aborted ? 0 : undefined);
      await local?.close();
    },
  };
}

function serviceSettings(options: LocalEndpointOptions) {
  const { host = '127.0.0.1', variables, dataDir, buckets = {}, isDurable = false, jobs = {} } = options;
  return {
    dataDir: dataDir ?? join(optmlHome(variables), 'buckets'),
    folders: buckets,
    isDurable,
    accountId: LOCAL_ACCOUNT,
    hostNames: ownNames(host),
    jobs: { ...jobs, variables, images: [...(jobs.images ?? []), ...readImageRules(imageRulesFile(variables))] },
  };
}
