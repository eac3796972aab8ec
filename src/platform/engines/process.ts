import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RELATIVE_PATHS } from '../../contract/paths.ts';
import { describeError, isOptmlError } from '../../errors/error.ts';
import { DEFAULT_IMAGE } from '../../request/flags.ts';
import type { Engine, EngineContext, EngineJob, EngineSession, HostRun, HostSpec } from '../engine.ts';
import { type HostAddresses, takeHostAddresses } from './process/host-addresses.ts';
import { hostCommand } from './process/host-command.ts';
import { type IsolatedNetwork, makeIsolatedNetwork } from './process/isolated-network.ts';
import { makeRemovable } from './process/make-removable.ts';
import { linkInstead, makeMountPoint, planMounts } from './process/mount-plan.ts';
import { writeNameFiles } from './process/name-files.ts';
import { findNamespaces } from './process/namespaces.ts';
import { notStarted, runHost } from './process/run-host.ts';
import { type Surroundings, setUpWords } from './process/set-up.ts';
import { findTools, type Tools } from './process/tools.ts';

/** What the engine takes from the user. */
export interface ProcessEngineOptions {
  /** The user's own environment: hosts get PATH and HOME of it, and tools are looked for on its PATH. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
}

/**
 * Runs each host of a job as a process of the user, without containers, with its own folder as base directory (contract
 * C8). On Linux each has namespaces of its own: channels are read-only, names of hosts resolve, and nothing outlives the
 * host. Where those are not to be had it runs plainly, and says what is missing.
 */
export function processEngine({ variables }: ProcessEngineOptions): Engine {
  return {
    name: 'process',
    // What the machine allows is found out while the caller goes on: channels are prepared meanwhile.
    open: async (job, context) => {
      if (!job.image.startsWith('file://') && job.image !== DEFAULT_IMAGE) {
        context.warn(`The image ${job.image} is not used: the engine "process" runs what is on this machine`);
      }
      const place = findPlace(job, findTools(variables), context);
      // Whoever starts a host gets the error.
      place.catch(() => undefined);
      return openSession(job, place, variables, context);
    },
  };
}

// With it `train` does not wait until the names of hosts resolve (contract C30).
const NO_WAITING = 'SM_STUDIO_LOCAL_MODE';

/** Where the hosts of a job run. */
interface Place {
  readonly surroundings: Surroundings;
  /** Variables that hosts need there. */
  readonly variables: Readonly<Record<string, string>>;
  readonly close: () => void;
}

async function findPlace(job: EngineJob, tools: Tools, context: EngineContext): Promise<Place> {
  return (await isolatedPlace(job, tools, context)) ?? plainPlace(job, context);
}

async function isolatedPlace(job: EngineJob, tools: Tools, context: EngineContext): Promise<Place | undefined> {
  const [namespaces, addresses] = await Promise.all([findNamespaces(tools), takeHostAddresses(job.name)]);
  if (namespaces === undefined) {
    addresses.release();
    return undefined;
  }
  const network = job.isIsolated ? await makeIsolatedNetwork(namespaces, tools) : undefined;
  if (job.isIsolated && network === undefined) warnOfNetwork(context);
  return {
    surroundings: {
      namespaces,
      network: network?.enteringWords ?? [],
      replacements: writeNameFiles(job.hosts, addresses, job.workDir),
    },
    variables: {},
    close: () => release(addresses, network),
  };
}

function release(addresses: HostAddresses, network: IsolatedNetwork | undefined): void {
  addresses.release();
  network?.close();
}

function plainPlace(job: EngineJob, context: EngineContext): Place {
  if (job.isIsolated) warnOfNetwork(context);
  const areSeveral = job.hosts.length > 1;
  if (areSeveral) {
    context.warn(
      `This machine allows no namespaces: the names ${job.hosts.join(', ')} do not resolve, and ${NO_WAITING}=true is set so that nobody waits for them (C30)`,
    );
  }
  return {
    surroundings: { namespaces: undefined, network: [], replacements: [] },
    variables: areSeveral ? { [NO_WAITING]: 'true' } : {},
    close: () => undefined,
  };
}

function warnOfNetwork(context: EngineContext): void {
  context.warn('EnableNetworkIsolation is not kept: this machine does not let the engine "process" make a network');
}

function openSession(
  job: EngineJob,
  placeFound: Promise<Place>,
  userVariables: Readonly<NodeJS.ProcessEnv>,
  context: EngineContext,
): EngineSession {
  let isWarned = false;
  const linkAll = (mounts: ReturnType<typeof planMounts>) => {
    for (const mount of mounts) linkInstead(mount);
    if (isWarned || !mounts.some((mount) => mount.isReadOnly)) return;
    isWarned = true;
    context.warn(
      'This machine allows no namespaces: channels are links, and nothing keeps a program from changing them',
    );
  };

  const start = async (host: HostSpec): Promise<HostRun> => {
    try {
      const mounts = planMounts(host);
      const place = await placeFound;
      const { namespaces } = place.surroundings;
      if (namespaces === undefined) linkAll(mounts);
      else for (const mount of mounts) makeMountPoint(mount);
      const codeDir = join(host.mlDir, RELATIVE_PATHS.codeDir);
      const cwd = existsSync(codeDir) ? codeDir : host.mlDir;
      const { PATH = '', HOME = '' } = userVariables;
      const variables = { PATH, HOME, ...place.variables, ...host.environment, SAGEMAKER_BASE_DIR: host.mlDir };
      const words = setUpWords(hostCommand(job), cwd, mounts, place.surroundings);
      const isTrain = job.entrypoint === undefined;
      const isPid1 = namespaces !== undefined;
      return await runHost(
        host,
        { words, cwd: host.mlDir, workDir: job.workDir, variables, isPid1, isTrain },
        context.watchdog,
      );
    } catch (error) {
      return notStarted(isOptmlError(error) ? describeError(error) : (error as Error).message);
    }
  };
  return {
    start,
    takeOver: async (host) => {
      for (const dir of [
        host.mlDir,
        ...host.mounts.filter((mount) => !mount.isReadOnly).map((mount) => mount.source),
      ]) {
        await makeRemovable(dir);
      }
    },
    close: async () => {
      const place = await placeFound.catch(() => undefined);
      place?.close();
    },
  };
}
