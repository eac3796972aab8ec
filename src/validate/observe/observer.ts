import { cpus } from 'node:os';
import { Limiter } from '../../concurrency/limiter.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import { removeEntry } from '../../job-tree/remove-tree.ts';
import type { Observation } from './observation.ts';
import { type ExecutedCase, runScenario } from './run-scenario.ts';
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

/** Plays scenarios, each once. */
export interface Observer {
  /** @throws OptmlError where the engine or the preparation fails, which says nothing about the image. */
  observe(scenario: Scenario): Promise<Observation>;
  /** Removes the checkpoints that a scenario keeps for others. Never throws. */
  forget(scenario: Scenario): Promise<void>;
  /** Waits for what is still played. The folder `workDir` and the watchdog are the caller's to close. */
  close(): Promise<void>;
}

/** `jobs`: how many hosts run at once; by default one more than there are processors. */
export function openObserver(context: ValidationContext, jobs = cpus().length + 1): Observer {
  const limiter = new Limiter(jobs);
  let { timeoutSeconds } = context;
  const executed = new Map<string, Promise<ExecutedCase>>();
  const runCase = (scenario: Scenario): Promise<ExecutedCase> => {
    const known = executed.get(scenario.id);
    if (known !== undefined) return known;
    const running = runNewCase(scenario);
    running.catch(() => undefined);
    executed.set(scenario.id, running);
    return running;
  };
  const runNewCase = async (scenario: Scenario): Promise<ExecutedCase> => {
    const { from } = scenario.checkpoints ?? {};
    // Before a slot is taken: otherwise those that wait could hold all of them.
    const checkpoints = from === undefined ? undefined : (await runCase(from)).checkpoints;
    const result = await limiter.run(context.signal, () =>
      runScenario({ ...context, timeoutSeconds }, scenario, checkpoints),
    );
    if (scenario.id === FIRST) timeoutSeconds = Math.min(context.timeoutSeconds, patience(result.observation));
    return result;
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
