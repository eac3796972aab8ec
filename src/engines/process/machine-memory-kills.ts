import { readTextIfAny } from '../../job-tree/input/read-text.ts';

/** How many processes of this machine the kernel has killed because no memory was left, since it started; undefined where it does not report it. */
export function countMachineMemoryKills(file = '/proc/vmstat'): number | undefined {
  const count = /^oom_kill (\d+)$/m.exec(readTextIfAny(file) ?? '')?.[1];
  return count === undefined ? undefined : Number(count);
}
