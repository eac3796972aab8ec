import type { KilledJob } from './container/killed-job.ts';
import { ENGINES, isEngineName } from './engine-names.ts';
import type { EngineOwner, EngineSetting } from './engine-options.ts';

/**
 * Removes what a killed job still has in the engine of that name, as its record has it. The watchdog ends processes, so
 * the engine `process` keeps nothing.
 *
 * @throws OptmlError ENGINE_FAILED when the engine does not answer.
 */
export async function cleanKilledJob(
  name: string,
  job: KilledJob,
  setting: Pick<EngineSetting, 'variables'> & Pick<EngineOwner, 'isRunning'>,
): Promise<void> {
  if (isEngineName(name) && ENGINES[name] === 'process') return;
  const { cleanKilledContainers } = await import('#engines/container/containers');
  await cleanKilledContainers(name, job, setting);
}
