import { readTextIfAny } from '../job-tree/input/read-text.ts';

/**
 * How many processes of this control group the kernel has killed because no memory was left; undefined where it does not report it.
 * Version 2 counts in `memory.events`, version 1 in `memory.oom_control`.
 */
export function countMemoryKills(root = '/sys/fs/cgroup', membership = '/proc/self/cgroup'): number | undefined {
  const groups = readTextIfAny(membership)?.split('\n') ?? [];
  for (const line of groups) {
    const [, controllers = '', ...rest] = line.split(':');
    const path = rest.join(':');
    const candidates =
      controllers === ''
        ? [`${root}${path}/memory.events`, `${root}/memory.events`, `${root}/unified${path}/memory.events`]
        : controllers.split(',').includes('memory')
          ? [`${root}/memory${path}/memory.oom_control`, `${root}/memory/memory.oom_control`]
          : [];
    for (const file of candidates) {
      const count = /^oom_kill (\d+)$/m.exec(readTextIfAny(file) ?? '');
      if (count !== null) return Number(count[1]);
    }
  }
  return undefined;
}
