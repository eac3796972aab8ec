import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RELATIVE_PATHS } from '../../contract/paths.ts';
import { describeError, isOptmlError } from '../../errors/error.ts';
import { DEFAULT_IMAGE } from '../../request/flags.ts';
import type { ContainerJob, Engine, EngineContext, EngineSession, HostRun, HostSpec, Mount } from '../engine.ts';
import { makeRemovable } from '../make-removable.ts';
import { HostShells } from './host-shells.ts';
import { linkInstead, makeMountPoint, planDisks, planMounts } from './mount-plan.ts';
import { notStarted, runHost } from './run-host.ts';
import type { TrainAhead } from './train-ahead.ts';

/** What the engine takes from the user. */
export interface ProcessEngineOptions {
  /** The user's own environment: hosts get PATH and HOME of it, and tools are looked for on its PATH. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** A `train` that waits already, for the first job that is opened. */
  readonly ahead?: TrainAhead | undefined;
}

/**
 * Runs each host of a job as a process of the user, without containers, with its own folder as base directory (contract
 * C8). On Linux each has namespaces of its own: channels are read-only, names of hosts resolve, and nothing outlives the
 * host. Where those are not to be had it runs plainly, and says what is missing.
 */
export function processEngine({ variables, ahead }: ProcessEngineOptions): Engine {
  return {
    name: 'process',
    open: async (job, context) => {
      if (job.image.kind === 'image' && job.image.name !== DEFAULT_IMAGE) {
        context.warn(`The image ${job.image.name} is not used: the engine "process" runs what is on this machine`);
      }
      return openSession(job, new HostShells(job, { variables, ahead, ...context }), context.warn);
    },
  };
}

function openSession(job: ContainerJob, shells: HostShells, warn: EngineContext['warn']): EngineSession {
  let isWarned = false;
  const linkAll = (mounts: readonly Mount[]) => {
    for (const mount of mounts) linkInstead(mount);
    if (isWarned || !mounts.some((mount) => mount.isReadOnly)) return;
    isWarned = true;
    warn('This machine allows no namespaces: channels are links, and nothing keeps a program from changing them');
  };

  const start = async (host: HostSpec): Promise<HostRun> => {
    try {
      const mounts = planMounts(host);
      const waiting = await shells.take(host);
      if ('startError' in waiting) return notStarted(waiting.startError);
      if (waiting.namespaces === undefined) linkAll(mounts);
      else for (const mount of mounts) makeMountPoint(mount);
      const codeDir = join(host.mlDir, RELATIVE_PATHS.codeDir);
      const cwd = existsSync(codeDir) ? codeDir : host.mlDir;
      const limits = { ...host.limits, disks: planDisks(host) };
      return await runHost({ ...host, mounts, limits }, { waiting, job, cwd });
    } catch (error) {
      return notStarted(isOptmlError(error) ? describeError(error) : (error as Error).message);
    }
  };
  return {
    hasOptMl: false,
    expect: (host) => shells.expect(host),
    start,
    takeOver: async (host) => {
      for (const dir of [
        host.mlDir,
        ...host.mounts.filter((mount) => !mount.isReadOnly).map((mount) => mount.source),
      ]) {
        await makeRemovable(dir);
      }
    },
    close: () => shells.close(),
  };
}
