import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DEFAULT_BASE_DIR, RELATIVE_PATHS } from '../../contract/paths.ts';
import { VARIABLES } from '../../contract/variables.ts';
import { isOptmlError, OptmlError } from '../../errors/error.ts';
import { removePath } from '../../job-tree/remove-tree.ts';
import { DEFAULT_IMAGE } from '../../request/flags.ts';
import { bytesOfSize } from '../byte-size.ts';
import type { ContainerJob, Engine, EngineContext, EngineSession, HostRun, HostSpec } from '../engine.ts';
import type { EngineOptions } from '../engine-options.ts';
import { makeRemovable } from '../make-removable.ts';
import { removeDriverMarks } from './driver-marks.ts';
import { findGpus, tooFewGpus, unevenGpus } from './gpus.ts';
import { type JobSurroundings, makeSurroundings } from './job-surroundings.ts';
import type { GroupFiles } from './memory/group-parent.ts';
import { type LimitMemory, memoryLimiter } from './memory/host-memory.ts';
import { linkInstead, makeMountPoint, planDisks, planMounts } from './mounts/mount-plan.ts';
import { sharedMemory } from './mounts/shared-memory.ts';
import { makeMpiKeys } from './mpi-keys.ts';
import { endWithNetwork, notStartedWithout } from './network/end-with-network.ts';
import { hostRefused, notStarted, runHost } from './run-host.ts';
import type { HostShell } from './shells/host-shell.ts';
import { HostShells } from './shells/host-shells.ts';
import type { TrainAhead } from './train-ahead.ts';

const MEMORY = { what: 'memory', option: '--memory' };

export { removeLeftGroups } from './memory/left-groups.ts';

/** What the engine takes from the user. */
export interface ProcessEngineOptions extends Pick<EngineOptions, 'shmSize' | 'memory' | 'user' | 'gpus'> {
  /** The user's own environment: hosts get PATH and HOME of it, and tools are looked for on its PATH. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** A `train` that waits already, for the first job that is opened. */
  readonly ahead?: TrainAhead | undefined;
  /** Another system than this one, in tests. */
  readonly platform?: NodeJS.Platform | undefined;
  /** Other control groups than this machine's, in tests. */
  readonly groupFiles?: GroupFiles | undefined;
}

/**
 * Runs each host of a job as a process of the user, without containers, with its own folder as base directory (contract
 * C8). On Linux each has namespaces of its own: channels are read-only, names of hosts resolve, and nothing outlives the
 * host. Where the machine does not allow them it runs plainly, and one warning names what is missing.
 */
export function processEngine(options: ProcessEngineOptions): Engine {
  const { variables, ahead, shmSize, memory, user, gpus, platform, groupFiles } = options;
  return {
    name: 'process',
    open: async (job, context) => {
      if (job.image.kind === 'image' && job.image.name !== DEFAULT_IMAGE) {
        context.warn(`The image ${job.image.name} is not used: the engine "process" runs what is on this machine`);
      }
      const memoryBytes = memory === undefined ? undefined : bytesOfSize(memory, MEMORY);
      const { watchdog } = context;
      const [made, found] = await Promise.allSettled([
        makeSurroundings(job, variables, { isUserRoot: isRoot(user), platform, watchdog }),
        findGpus(variables, { gpus, hostCount: job.hosts.length, watchdog }),
      ]);
      if (made.status === 'rejected') throw made.reason;
      const surroundings = made.value;
      if (found.status === 'rejected') {
        surroundings.release();
        throw found.reason;
      }
      warnOfGpus({ gpus, found: found.value, hostCount: job.hosts.length }, context);
      const shells = new HostShells(job, surroundings, {
        variables,
        ahead,
        gpus: found.value,
        namespaceOptions: namespaceOptions({ user, shmSize }),
        ...context,
      });
      const limitMemory = memoryLimiter(context, groupFiles);
      return openSession(
        job,
        { surroundings, shells, limitMemory },
        {
          ...{ warn: context.warn, variables, shmSize, memoryBytes },
        },
      );
    },
  };
}

interface GpusOfJob {
  readonly gpus: string | undefined;
  readonly found: readonly string[] | undefined;
  readonly hostCount: number;
}

function warnOfGpus({ gpus, found, hostCount }: GpusOfJob, { warn }: Pick<EngineContext, 'warn'>): void {
  const tooFew = tooFewGpus(gpus, found);
  if (tooFew !== undefined) warn(`The hosts get fewer GPUs than --gpus ${gpus} asks for (${tooFew})`);
  const uneven = found === undefined ? undefined : unevenGpus(found, hostCount);
  if (uneven === undefined) return;
  warn(`${uneven}: on SageMaker all hosts have the same number. Choose --gpus and --instances that divide evenly`);
}

interface SessionParts {
  readonly surroundings: JobSurroundings;
  readonly shells: HostShells;
  readonly limitMemory: LimitMemory;
}

interface SessionOptions extends Pick<EngineContext, 'warn'>, Pick<EngineOptions, 'shmSize'> {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Most memory of each host, unless the host says otherwise. */
  readonly memoryBytes: number | undefined;
}

function openSession(
  job: ContainerJob,
  { surroundings, shells, limitMemory }: SessionParts,
  { warn, variables, shmSize, memoryBytes }: SessionOptions,
): EngineSession {
  const { network } = surroundings;
  let isOptMlWarned = false;
  const warnOfOptMl = (why: string) => {
    if (isOptMlWarned) return;
    isOptMlWarned = true;
    warn(`The hosts have no ${DEFAULT_BASE_DIR} (${why}): only the variable ${VARIABLES.baseDir} leads to their files`);
  };

  const start = async (given: HostSpec): Promise<HostRun> => {
    let taken: HostShell | undefined;
    try {
      const waiting = await shells.take(given);
      if ('shell' in waiting) taken = waiting.shell;
      if (network?.lossCause !== undefined) {
        taken?.discard();
        return notStartedWithout(network.lossCause);
      }
      if ('startError' in waiting)
        throw new OptmlError('ENGINE_FAILED', waiting.startError, { where: 'engine process' });
      const hasOptMl = waiting.optMlLack === undefined;
      if (waiting.optMlLack !== undefined) {
        requireNoOptMl(job, waiting.optMlLack);
        if (waiting.namespaces !== undefined) warnOfOptMl(waiting.optMlLack);
      }
      const host = { ...given, hasOptMl, temporaryDir: join(job.workDir, `tmp-${given.name}`) };
      await removePath(host.temporaryDir);
      const mounts = planMounts(host);
      for (const mount of mounts) waiting.namespaces === undefined ? linkInstead(mount) : makeMountPoint(mount);
      const codeDir = join(host.mlDir, RELATIVE_PATHS.codeDir);
      const dir = existsSync(codeDir) ? codeDir : host.mlDir;
      const cwd = hasOptMl ? join(DEFAULT_BASE_DIR, relative(host.mlDir, dir)) : dir;
      const ownMemory = waiting.namespaces === undefined ? [] : sharedMemory(shmSize);
      const limits = {
        ...(memoryBytes !== undefined && { memoryBytes }),
        ...host.limits,
        disks: [...ownMemory, ...planDisks(host)],
      };
      removeDriverMarks(job, [host.name]);
      return endWithNetwork(await runHost({ ...host, mounts, limits }, { waiting, job, cwd, limitMemory }), network);
    } catch (error) {
      taken?.discard();
      return notStarted(isOptmlError(error) ? error : hostRefused(given.name, (error as Error).message));
    }
  };
  return {
    networkInterface: surroundings.networkInterface,
    isolationLack: job.isIsolated ? surroundings.networkLack : undefined,
    get mpiLack() {
      return job.hosts.length === 1 ? shells.whyPlain : surroundings.networkLack;
    },
    prepareMpi: job.hosts.length === 1 ? undefined : () => makeMpiKeys(job.workDir, variables),
    get hasOptMl() {
      return shells.haveOptMl();
    },
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
    close: async () => {
      await shells.close();
      removeDriverMarks(job, job.hosts);
    },
  };
}

// It would fail there, with an error that does not show why.
function requireNoOptMl({ entrypoint = [], arguments: args = [] }: ContainerJob, why: string): void {
  const isNamed = [...entrypoint, ...args].some((word) => word.includes(DEFAULT_BASE_DIR));
  if (!isNamed || existsSync(DEFAULT_BASE_DIR)) return;
  throw new OptmlError('START_FAILED', `the command names ${DEFAULT_BASE_DIR}, which this host cannot have: ${why}`, {
    where: 'ContainerEntrypoint',
    fix: `Use the variable ${VARIABLES.baseDir}, or a container engine.`,
  });
}

/** @throws OptmlError SETTING_INVALID for another user than `root`. */
function isRoot(user: string | undefined): boolean {
  if (user === undefined || user === 'root') return user === 'root';
  throw new OptmlError('SETTING_INVALID', `the engine "process" cannot run programs as the user "${user}"`, {
    where: '--user',
    fix: 'Pass --user root, leave the option out to run programs as yourself, or use a container engine.',
  });
}

// Root has user id 0 without namespaces, too.
function namespaceOptions({ user, shmSize }: Pick<EngineOptions, 'user' | 'shmSize'>): readonly string[] {
  return [
    ...(shmSize === undefined ? [] : ['--shm-size']),
    ...(user === undefined || process.geteuid?.() === 0 ? [] : ['--user root']),
  ];
}
