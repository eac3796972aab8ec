import { join } from 'node:path';
import { hostName } from '../../contract/hosts.ts';
import { RELATIVE_PATHS } from '../../contract/paths.ts';
import { isOptmlError, OptmlError, systemErrorCode } from '../../errors/error.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { moveEntry } from '../../job-tree/merge-folders.ts';
import { ensureBelow, openBelow } from '../../job-tree/open-below.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import { emptyFolder } from '../../job-tree/remove-tree.ts';
import { WORK_NAMES } from '../../jobs/job-folder.ts';
import { requestMask } from '../../request/request-mask.ts';
import { planHosts } from '../../staging/host-plan.ts';
import { prepareJobChannels } from '../../staging/job-channels.ts';
import { jobStorage } from '../../staging/job-storage.ts';
import { openSession, programOf, type SessionProgram } from '../../staging/open-session.ts';
import { warningLog } from '../../staging/staged-job.ts';
import { type ReadWatch, watchReads } from './left-files/checkpoint-reads.ts';
import { reasonOf } from './left-files/reason-of.ts';
import type { Observation } from './observation.ts';
import { observeHosts } from './observe-hosts.ts';
import { prepareTestHosts } from './prepare-test-hosts.ts';
import { commandOverride } from './scenario/command-override.ts';
import type { Scenario } from './scenario/scenario.ts';
import { scenarioRequest } from './scenario/scenario-request.ts';
import { whyNot } from './scenario/skip-reason.ts';
import { openMl, type TestRun } from './test-run.ts';
import type { ValidationContext } from './validation-context.ts';

/** The folder, in that of a scenario, with the checkpoints that its first host has left for another scenario. */
const KEPT = 'kept-checkpoints';

/** A scenario that was played. */
export interface ExecutedCase {
  readonly observation: Observation;
  /** Where the checkpoints of its first host are, below the work folder; undefined if it keeps none. */
  readonly checkpoints: string | undefined;
}

/**
 * Runs one scenario through the engine, as `optml run` would run its job, and removes everything that it wrote except kept
 * checkpoints. `checkpoints`: where the scenario that it goes on from has left some.
 *
 * @throws OptmlError where the engine or the preparation fails, which says nothing about the image.
 */
export async function runScenario(
  context: ValidationContext,
  scenario: Scenario,
  checkpoints: string | undefined,
): Promise<ExecutedCase> {
  const about = { scenarioId: scenario.id, about: scenario.about, command: commandOverride(context, scenario) };
  const reason = whyNot(context, scenario);
  if (reason !== undefined) return { observation: cannotPlay(about, reason), checkpoints: undefined };
  const opened: JobFolder[] = [];
  const open = (folder: JobFolder) => {
    opened.push(folder);
    return folder;
  };
  try {
    const work = open(JobFolder.open(context.workDir));
    const folder = open(work.ensureFolder(rawName(scenario.id)));
    const from = checkpoints === undefined ? undefined : open(openBelow(work, checkpoints));
    try {
      const hosts = await play(testRunOf(context, scenario, folder), from);
      if (typeof hosts === 'string') return { observation: cannotPlay(about, hosts), checkpoints: undefined };
      const kept = scenario.checkpoints?.areKept === true && keepCheckpoints(folder);
      const observation = { ...about, cannot: undefined, ...hosts };
      return { observation, checkpoints: kept ? `${scenario.id}/${KEPT}` : undefined };
    } finally {
      await removeRest(folder);
    }
  } catch (error) {
    throw isSystemError(error) ? notPlayed(error, scenario) : error;
  } finally {
    for (const folder of opened) folder.close();
  }
}

/** The observation of a scenario that was not played, and why. */
export function cannotPlay(about: Pick<Observation, 'scenarioId' | 'about' | 'command'>, why: string): Observation {
  return { ...about, cannot: why, hosts: [], warnings: [] };
}

function testRunOf(context: ValidationContext, scenario: Scenario, folder: JobFolder): PlayedRun {
  const dir = join(context.workDir, scenario.id);
  const request = scenarioRequest(context, scenario, { folder, dir });
  const { image, variables, signal } = context;
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const log = warningLog(warn);
  const storage = jobStorage(variables, log);
  return {
    ...{ context, scenario, mask: requestMask(request), folder, warnings },
    ...{ request, image, dir, hosts: planHosts(request), variables, signal, warn, log },
    onProgress: () => undefined,
    openStorage: storage.open,
    closeStorage: storage.close,
  };
}

interface PlayedRun extends TestRun {
  readonly warnings: readonly string[];
  readonly closeStorage: () => Promise<void>;
}

/** Runs the hosts of a scenario. A text where that cannot be done for this job: why. */
async function play(
  testRun: PlayedRun,
  checkpoints: JobFolder | undefined,
): Promise<Pick<Observation, 'hosts' | 'checkpointReads' | 'warnings'> | string> {
  const { context, folder, hosts, warnings, signal } = testRun;
  const { engine, say, watchdog } = context;
  const session = await openSession(engine, testRun, { ...programIn(testRun), say, watchdog });
  try {
    for (const { name } of hosts) ensureBelow(folder, `${WORK_NAMES.hosts}/${name}/ml`).close();
    const channels = await prepareJobChannels(testRun);
    try {
      const prepared = await prepareTestHosts(testRun, { session, channels, checkpoints });
      if (typeof prepared === 'string') return prepared;
      const reads = checkpoints === undefined ? undefined : await watchCheckpoints(testRun);
      try {
        await channels.start();
        const observed = await observeHosts(testRun, session, prepared);
        // A host that was killed by us says nothing.
        signal.throwIfAborted();
        await context.checkDisk?.();
        return { hosts: observed, checkpointReads: reads?.result(), warnings };
      } finally {
        reads?.close();
      }
    } finally {
      await channels.close();
    }
  } finally {
    await session.close();
    await testRun.closeStorage();
  }
}

// The same checkpoints for all hosts: the first one shows what becomes of them.
async function watchCheckpoints({ folder, signal }: TestRun): Promise<ReadWatch> {
  const ml = openMl({ folder }, hostName(1));
  try {
    const checkpoints = openBelow(ml, RELATIVE_PATHS.checkpointDir);
    try {
      return await watchReads(checkpoints, { scratch: folder, signal });
    } finally {
      checkpoints.close();
    }
  } finally {
    ml.close();
  }
}

// A scenario may replace the program, and names hosts that do not run.
function programIn(testRun: TestRun): SessionProgram {
  const { context, scenario } = testRun;
  const own = programOf(testRun);
  // Without containers, names resolve when the job has such hosts.
  const absent = context.engine.name === 'process' ? (scenario.absentHosts ?? []) : [];
  const hosts = [...own.hosts, ...absent];
  if (scenario.program !== undefined) return { entrypoint: scenario.program, arguments: undefined, hosts };
  return {
    entrypoint: context.entrypoint ?? own.entrypoint,
    arguments: scenario.arguments ?? context.arguments ?? own.arguments,
    hosts,
  };
}

function keepCheckpoints(folder: JobFolder): boolean {
  const ml = openMl({ folder }, hostName(1));
  try {
    if (ml.lstat(RELATIVE_PATHS.checkpointDir)?.isDirectory() !== true) return false;
    moveEntry(ml, RELATIVE_PATHS.checkpointDir, folder, KEPT);
    return true;
  } finally {
    ml.close();
  }
}

// Models can be large.
async function removeRest(folder: JobFolder): Promise<void> {
  try {
    await emptyFolder(folder, (name) => name === KEPT);
  } catch (error) {
    // The removal of the work folder tries it again, and reports it.
    if (!isSystemError(error)) throw error;
  }
}

/** Whether the system has refused something: a full disk, or a job that changes its files at this moment. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return !isOptmlError(error) && /^E[A-Z0-9]+$/.test(systemErrorCode(error) ?? '');
}

function notPlayed(error: NodeJS.ErrnoException, { about }: Scenario): OptmlError {
  return new OptmlError('DISK_WRITE_FAILED', `a prepared job (${about}) could not be run: ${reasonOf(error)}`, {
    fix: 'Make sure that OPTML_HOME is on a disk with enough space, and that the job does not change its files after its end.',
    cause: error,
  });
}
