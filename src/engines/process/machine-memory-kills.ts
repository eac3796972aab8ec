import { readTextIfAny } from '../../job-tree/input/read-text.ts';

/** How many processes of this machine the kernel has killed for want of memory since it started; undefined where it does not say. */
export function countMachineMemoryKills(file = '/proc/vmstat'): number | undefined {
  const count = /^oom_kill (\d+)$/m.exec(readTextIfAny(file) ?? '')?.[1];
  return count === undefined ? undefined : Number(count);
}
