import { describeTrainingJob } from '../jobs/describe/describe.ts';
import type { JobEvent } from '../jobs/events.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import { openStore } from '../jobs/job-store.ts';
import { waitForEnd } from '../jobs/wait-for-end.ts';
import { recordFailure } from './record-failure.ts';
import { type RunPreparedOptions, runPreparedJob } from './run-training-job.ts';

/** How the jobs of a runner are run. */
export interface LocalRunnerOptions extends Omit<RunPreparedOptions, 'onEvent' | 'onName' | 'stop' | 'kill'> {
  /** The environment: credentials, endpoints, `PATH`, `OPTML_HOME`. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Receives what happens to each job that this runner starts. */
  readonly onEvent?: (name: string, event: JobEvent) => void | Promise<void>;
  /** How often `wait` reads a record. By default every 200 ms. */
  readonly pollMs?: number;
}

/**
 * Runs jobs on this machine, in this process. `stop`, `describe` and `wait` also know the jobs of other processes with the
 * same `OPTML_HOME`.
 */
export function localJobRunner(options: LocalRunnerOptions): JobRunner {
  const { onEvent, pollMs, ...runOptions } = options;
  const store = openStore(options.variables);
  const describe = (name: string) => describeTrainingJob(store.read(name));
  return {
    start: async (request) => {
      const { TrainingJobName: name } = request;
      await new Promise<void>((resolve, reject) => {
        let isClaimed = false;
        const onName = () => {
          isClaimed = true;
          resolve();
        };
        const jobOptions = { ...runOptions, isExactName: true, onName };
        const watched = onEvent && { onEvent: (event: JobEvent) => onEvent(name, event) };
        runPreparedJob(request, { ...jobOptions, ...watched }).catch((error: unknown) => {
          if (isClaimed) recordFailure(store, name, error);
          else reject(error);
        });
      });
      return { TrainingJobArn: describe(name).TrainingJobArn };
    },
    stop: async (name) => store.requestStop(name),
    describe: async (name) => describe(name),
    wait: async (name, signal) => describeTrainingJob(await waitForEnd(store, name, { pollMs, signal })),
  };
}
