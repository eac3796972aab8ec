import { join } from 'node:path';
import { systemErrorCode } from '../../../errors/error.ts';
import type { EngineContext } from '../../engine.ts';
import { findGroupParent, type GroupFiles } from './group-parent.ts';
import { groupName, removingCommand } from './left-groups.ts';
import { type MemoryGroup, makeMemoryGroup } from './memory-group.ts';

/** Limits the memory of a host, and returns its control group; undefined without a limit. */
export type LimitMemory = (pid: number | undefined, bytes: number | undefined) => MemoryGroup | undefined;

/**
 * Limits the memory of the hosts of one job with a control group for each. If that is impossible, one warning says why, and
 * the hosts run without a limit.
 */
export function memoryLimiter(
  { warn, watchdog }: Pick<EngineContext, 'warn' | 'watchdog'>,
  files: GroupFiles = {},
): LimitMemory {
  let isWarned = false;
  const lack = (why: string) => {
    if (!isWarned) warn(`The memory of the hosts is not limited (${why})`);
    isWarned = true;
    return undefined;
  };
  return (pid, bytes) => {
    if (bytes === undefined || pid === undefined || isWarned) return undefined;
    const parent = findGroupParent(files);
    if (typeof parent === 'string') return lack(parent);
    const name = groupName();
    let group: MemoryGroup | undefined;
    // Before it is made: this process can be killed right after.
    watchdog.watchCommand(removingCommand(join(parent.dir, name)));
    try {
      group = makeMemoryGroup(parent, name, bytes);
      group.enter(pid);
      return group;
    } catch (error) {
      void group?.remove();
      // The host has ended already: the others still get their limits.
      if (systemErrorCode(error) === 'ESRCH') return undefined;
      return lack((error as Error).message);
    }
  };
}
