import { setMaxListeners } from 'node:events';
import { cpus } from 'node:os';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import { removeEntry } from '../../job-tree/remove-tree.ts';
import type { DiskGuard } from './disk/disk-guard.ts';
import { HostSlots } from './disk/host-slots.ts';
import { WriteBudget } from './disk/write-budget.ts';
import type { Observation } from './observation.ts';
import { cannotPlay, type ExecutedCase, runScenario } from './run-scenario.ts';
import { commandOverride } from './scenario/command-override.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { ValidationContext } from './validation-context.ts';

// The job as it is tells how long others may take: what takes ten times as long, and a minute, does not end.
const FIRST = 'success';
const PATIENCE_SECONDS = 60;
const PATIENCE_FACTOR = 10;

function patience({ hosts }: Observation): number {
  const [host] = hosts;
  return host === undefined || host.isTimedOut
    ? Number.POSITIVE_INFINITY
    : PATIENCE_SECONDS + PATIENCE_FACTOR * host.seconds;
}

/** Runs scenarios, each once. */
export interface Observer {
  /** @throws OptmlError where the engine or the preparation fails, which says nothing about the image. */
  observe(scenario: Scenario): Promise<Observation>;
  /** Removes the checkpoints that a scenario keeps for others. Never throws. */
  forget(scenario: Scenario): Promise<void>;
  /** Waits for what is still played. The folder `workDir`, the guard and the watchdog are the caller's to close. */
  close(): Promise<void>;
}

/** How an observer runs hosts. */
export interface ObserverOptions {
  readonly guard: Pick<DiskGuard, 'signal' | 'check'>;
  /** Hosts that run at the same time; by default one more than there are processors. */
  readonly jobs?: number;
  readonly budget?: WriteBudget;
}

/** Opens an observer: hosts run side by side as far as processors and disk allow. */
export function openObserver(
  context: ValidationContext,
  { guard, jobs = cpus().length + 1, budget = new WriteBudget() }: ObserverOptions,
): Observer {
  const slots = new HostSlots(jobs);
  const signal = AbortSignal.any([context.signal, guard.signal]);
  setMaxListeners(0, signal);
  let { timeoutSeconds } = context;
  const executed = new Map<string, Promise<ExecutedCase>>();
  const runCase = (scenario: Scenario): Promise<ExecutedCase> => {
    const known = executed.get(scenario.id);
    if (known !== undefined) return known;
    const running = runNewCase(scenario, executed.get(FIRST));
    running.catch(() => undefined);
    executed.set(scenario.id, running);
    return running;
  };
  const runNewCase = async (scenario: Scenario, first: Promise<unknown> | undefined): Promise<ExecutedCase> => {
    // How much it writes decides about the others.
    await Promise.allSettled([first]);
    const { from } = scenario.checkpoints ?? {};
    // Before a slot is taken: otherwise those that wait could hold all of them.
    const checkpoints = from === undefined ? undefined : (await runCase(from)).checkpoints;
    const hosts = scenario.hosts ?? 1;
    return slots.run(hosts, signal, async () => {
      const excess = budget.excess(hosts);
      if (excess !== undefined) return notPlayed(scenario, excess);
      const result = await runScenario(
        { ...context, signal, timeoutSeconds, checkDisk: guard.check },
        scenario,
        checkpoints,
      );
      budget.add(result.observation);
      slots.setLimit(budget.hostsTogether(jobs));
      if (scenario.id === FIRST) timeoutSeconds = Math.min(context.timeoutSeconds, patience(result.observation));
      return result;
    });
  };
  const notPlayed = (scenario: Scenario, why: string): ExecutedCase => {
    const about = { scenarioId: scenario.id, about: scenario.about, command: commandOverride(context, scenario) };
    return { observation: cannotPlay(about, why), checkpoints: undefined };
  };
  return {
    observe: async (scenario) => (await runCase(scenario)).observation,
    forget: async (scenario) => {
      const running = executed.get(scenario.id);
      if (running === undefined) return;
      await Promise.allSettled([running]);
      await removeKept(context.workDir, scenario.id);
    },
    close: async () => {
      await Promise.allSettled(executed.values());
    },
  };
}

async function removeKept(workDir: string, id: string): Promise<void> {
  try {
    const work = JobFolder.open(workDir);
    try {
      await removeEntry(work, rawName(id));
    } finally {
      work.close();
    }
  } catch {
    // The removal of the work folder tries it again, and reports it.
  }
}
