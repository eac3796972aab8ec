import { OptmlError } from '../errors/error.ts';
import { shownText } from '../job-tree/raw-name.ts';
import type { KilledJob } from './container/killed-job.ts';
import { ENGINE_NAMES, ENGINES, isEngineName } from './engine-names.ts';
import type { EngineOwner, EngineSetting } from './engine-options.ts';

/**
 * Removes what a killed job still has in the engine of that name, as its record has it. The watchdog ends processes, so
 * the engine `process` keeps at most control groups, if the watchdog was killed too. No other name is taken: somebody may have edited the record, and an engine's name is
 * the program that runs.
 *
 * @throws OptmlError ENGINE_FAILED when the engine does not answer, or the name is no engine's.
 */
export async function cleanKilledJob(
  name: string,
  job: KilledJob,
  setting: Pick<EngineSetting, 'variables'> & Pick<EngineOwner, 'isRunning'>,
): Promise<void> {
  if (!isEngineName(name)) {
    throw new OptmlError(
      'ENGINE_FAILED',
      `the record names the engine "${shownText(name)}", which this version does not have`,
      {
        where: 'leftovers in job.json',
        fix: `Write one of ${ENGINE_NAMES.join(', ')}, or remove the folder of the job.`,
      },
    );
  }
  if (ENGINES[name] === 'process') {
    const { removeLeftGroups } = await import('#engines/process/process');
    return removeLeftGroups();
  }
  const { cleanKilledContainers } = await import('#engines/container/containers');
  await cleanKilledContainers(name, job, setting);
}
