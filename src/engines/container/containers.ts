// The container engines, as one part that is loaded when a job runs in containers.
import type { EngineOpener } from '../choose-engine.ts';
import { containerEngine } from './container.ts';
import { findEngine } from './find-engine.ts';
import { cleanLeftovers } from './leftovers.ts';

export { cleanKilledContainers } from './killed-job.ts';

/** Opens a container engine that answers, after removing what killed runs left in it. */
export const openContainerEngine: EngineOpener = async (wanted, setting, { home, runner, isRunning }, signal) => {
  const { variables, pull = 'missing', gpus, shmSize, memory, user } = setting;
  const { name, command, silent } = await findEngine(variables, wanted, signal);
  if (name === 'process') return { engine: undefined, silent };
  await cleanLeftovers({ name, command, variables }, home, isRunning, { signal });
  return {
    engine: containerEngine(name, { pull, gpus, shmSize, memory, user, command, variables, owner: { home, runner } }),
  };
};
