import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { planHosts } from '../../staging/host-plan.ts';
import { prepareJobChannels } from '../../staging/job-channels.ts';
import { jobStorage } from '../../staging/job-storage.ts';
import { mlDirOf, mlDirsOf } from '../../staging/ml-dirs.ts';
import { openSession, programOf, type SessionProgram } from '../../staging/open-session.ts';
import { warningLog } from '../../staging/staged-job.ts';
import { watchFreeSpace } from './free-space.ts';
import { masker } from './mask.ts';
import type { Observation } from './observation.ts';
import { observeHosts } from './observe-hosts.ts';
import { prepareTestHosts } from './prepare-test-hosts.ts';
import { commandOverride } from './scenario/command-override.ts';
import type { Scenario } from './scenario/scenario.ts';
import { scenarioRequest } from './scenario/scenario-request.ts';
import { whyNot } from './scenario/skip-reason.ts';
import type { TestRun } from './test-run.ts';
import type { ValidationContext } from './validation-context.ts';

/** A scenario that was played. */
export interface ExecutedCase {
  readonly observation: Observation;
  /** The folder that holds the checkpoints of its first host; undefined without any. */
  readonly checkpointsDir: string | undefined;
}

/**
 * Plays one scenario through the engine, as `optml run` would run its job. `checkpoints`: the folder that the scenario which
 * it goes on from has left.
 *
 * @throws OptmlError where the engine or the preparation fails, which says nothing about the image.
 */
export async function runScenario(
  context: ValidationContext,
  scenario: Scenario,
  checkpoints: string | undefined,
): Promise<ExecutedCase> {
  const dir = join(context.workDir, scenario.id);
  const about = { scenarioId: scenario.id, about: scenario.about, command: commandOverride(context, scenario) };
  const cannot = (why: string): ExecutedCase => ({
    observation: { ...about, cannot: why, hosts: [], warnings: [] },
    checkpointsDir: undefined,
  });
  const reason = whyNot(context, scenario);
  if (reason !== undefined) return cannot(reason);
  mkdirSync(dir, { recursive: true });
  const request = scenarioRequest(context, scenario, dir);
  const { engine, image, variables, signal, say, watchdog } = context;
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const log = warningLog(warn);
  const storage = jobStorage(variables, log);
  const hosts = planHosts(request);
  const testRun: TestRun = {
    ...{ context, scenario, mask: masker(request) },
    ...{ request, image, dir, hosts, variables, signal, warn, log },
    onProgress: () => undefined,
    openStorage: storage.open,
  };
  const session = await openSession(engine, testRun, { ...programIn(testRun), say, watchdog });
  try {
    for (const mlDir of mlDirsOf(testRun)) mkdirSync(mlDir, { recursive: true });
    const channels = await prepareJobChannels(testRun);
    try {
      const prepared = await prepareTestHosts(testRun, { session, channels, checkpoints });
      if (typeof prepared === 'string') return cannot(prepared);
      await channels.start();
      const endWatch = watchFreeSpace(dir);
      const observed = await observeHosts(testRun, session, prepared).finally(endWatch);
      return { observation: { ...about, cannot: undefined, hosts: observed, warnings }, checkpointsDir: tidyUp(dir) };
    } finally {
      await channels.close();
    }
  } finally {
    await session.close();
    await storage.close();
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
    arguments: context.arguments ?? own.arguments,
    hosts,
  };
}

// What is not needed any more goes at once: models can be large.
function tidyUp(dir: string): string | undefined {
  const checkpoints = join(mlDirOf({ dir }, 'algo-1'), 'checkpoints');
  const kept = join(dir, 'checkpoints');
  const isThere = existsSync(checkpoints);
  if (isThere) renameSync(checkpoints, kept);
  for (const name of ['hosts', 'channels', 'copies', 'own-channels', 'engine', 'script', 'empty']) {
    rmSync(join(dir, name), { recursive: true, force: true });
  }
  return isThere ? kept : undefined;
}
