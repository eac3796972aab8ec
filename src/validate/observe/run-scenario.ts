import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineSession } from '../../engines/engine.ts';
import { mlDirOf } from '../../local/ml-dirs.ts';
import { planHosts } from '../../staging/host-plan.ts';
import { masker } from './mask.ts';
import type { Observation } from './observation.ts';
import { observeHosts } from './observe-hosts.ts';
import { prepareTestHosts } from './prepare-test-hosts.ts';
import { commandOverride } from './scenario/command-override.ts';
import type { Scenario } from './scenario/scenario.ts';
import { scenarioRequest } from './scenario/scenario-request.ts';
import { whyNot } from './scenario/why-not.ts';
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
  const warnings: string[] = [];
  const testRun: TestRun = { context, scenario, dir, request, warnings, mask: masker(request) };
  const session = await openSession(testRun);
  try {
    const prepared = await prepareTestHosts(testRun, checkpoints);
    if (typeof prepared === 'string') return cannot(prepared);
    try {
      await prepared.channels.start();
      const hosts = await observeHosts(testRun, session, prepared.hosts);
      return { observation: { ...about, cannot: undefined, hosts, warnings }, checkpointsDir: tidyUp(dir) };
    } finally {
      await prepared.close();
    }
  } finally {
    await session.close();
  }
}

function openSession({ context, scenario, dir, request, warnings }: TestRun): Promise<EngineSession> {
  const { engine, image, signal, say, watchdog } = context;
  const workDir = join(dir, 'engine');
  mkdirSync(workDir, { recursive: true });
  const { ContainerEntrypoint, ContainerArguments } = request.AlgorithmSpecification ?? {};
  const entrypoint = scenario.program ?? context.entrypoint ?? ContainerEntrypoint;
  const command = scenario.program === undefined ? (context.arguments ?? ContainerArguments) : undefined;
  // Without containers, names resolve when the job has such hosts.
  const absent = engine.name === 'process' ? (scenario.absentHosts ?? []) : [];
  return engine.open(
    {
      name: request.TrainingJobName,
      image,
      entrypoint,
      arguments: command,
      hosts: [...planHosts(request).map(({ name }) => name), ...absent],
      isIsolated: request.EnableNetworkIsolation ?? false,
      workDir,
    },
    { signal, warn: (message) => void warnings.push(message), say, watchdog },
  );
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
