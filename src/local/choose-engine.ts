import type { Engine, EngineName } from '../engines/engine.ts';
import type { TrainAhead } from '../engines/process/train-ahead.ts';
import type { JobOwner } from '../jobs/record.ts';

/** How hosts are run, where the request does not say. */
export interface EngineOptions {
  /** Which engine; by default the first that answers, else `process`. */
  readonly engine?: EngineName | undefined;
  /** When an image is pulled. By default when it is missing. */
  readonly pull?: 'never' | 'missing' | 'always' | undefined;
  /** GPUs to pass through: `all`, a count, or `device=0,1`. */
  readonly gpus?: string | undefined;
  /** Size of shared memory, such as `2g`. */
  readonly shmSize?: string | undefined;
}

/** What an engine is opened with besides. */
export interface EngineSurroundings {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly home: string;
  readonly runner: JobOwner;
  readonly isRunning: (runner: JobOwner) => boolean;
  readonly warn: (message: string) => void;
  /** For the engine `process`: a `train` that waits already. */
  readonly ahead: TrainAhead | undefined;
}

/**
 * The engine that is to run a job, each kind loaded when it is asked for. What a killed run left in it is cleaned first.
 *
 * @throws OptmlError ENGINE_FAILED when the wanted one does not answer.
 */
export async function chooseEngine(options: EngineOptions, surroundings: EngineSurroundings): Promise<Engine> {
  const { variables, home, runner, isRunning, warn, ahead } = surroundings;
  if (options.engine !== 'process') {
    const { findEngine, containerEngine, cleanLeftovers } = await import('#engines/container/containers');
    const found = await findEngine(variables, options.engine);
    if (found.name !== 'process') {
      const { command, name } = found;
      await cleanLeftovers({ name, command, variables }, home, isRunning);
      const { pull = 'missing', gpus, shmSize } = options;
      return containerEngine(name, { pull, gpus, shmSize, command, variables, owner: { home, runner } });
    }
    for (const reason of found.silent) warn(`The engine "process" runs the job, since ${reason}`);
  }
  const { pull, gpus, shmSize } = options;
  if (pull !== undefined || gpus !== undefined || shmSize !== undefined) {
    warn(
      'Pulling, GPUs and shared memory are for containers: the engine "process" gives a program what this machine has',
    );
  }
  const { processEngine } = await import('#engines/process/process');
  return processEngine({ variables, ahead });
}
