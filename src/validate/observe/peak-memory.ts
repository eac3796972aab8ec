import { sleep } from '../../concurrency/clock.ts';
import type { HostRun } from '../../engines/engine.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';

const POLL_MS = 50;

/**
 * Watches how much memory the processes of a container take: what is theirs, without the kernel's cache of files. Returns
 * what gives the most that was seen, in bytes; undefined where the container is not one of this machine, or was too short, and
 * for a process that has no control group of its own.
 */
export function watchPeakMemory(run: HostRun): () => number | undefined {
  let peak: number | undefined;
  let hasEnded = false;
  void run.ended.then(() => {
    hasEnded = true;
  });
  const watch = async () => {
    const pid = await run.firstPid?.();
    const file = pid === undefined ? undefined : memoryFile(pid);
    while (file !== undefined && !hasEnded) {
      const text = readTextIfAny(file) ?? '';
      const bytes = /^(?:total_rss|anon) (\d+)$/m.exec(text)?.[1];
      if (bytes !== undefined) peak = Math.max(peak ?? 0, Number(bytes));
      await sleep(POLL_MS);
    }
  };
  void watch();
  return () => peak;
}

// Version 1 of control groups has a tree for memory; in version 2 there is one tree.
function memoryFile(pid: number): string | undefined {
  const own = groupsOf('self');
  for (const [controllers, path] of groupsOf(String(pid))) {
    const isOurs = own.some(([controller, other]) => controller === controllers && other === path);
    if (isOurs) continue;
    const root = controllers === '' ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
    const file = `${root}${path}/memory.stat`;
    const isMemory = controllers === '' || controllers.split(',').includes('memory');
    if (isMemory && readTextIfAny(file) !== undefined) return file;
  }
  return undefined;
}

function groupsOf(process: string): readonly (readonly [controllers: string, path: string])[] {
  const lines = readTextIfAny(`/proc/${process}/cgroup`)?.split('\n') ?? [];
  return lines.filter(Boolean).map((line) => {
    const [, controllers = '', ...rest] = line.split(':');
    return [controllers, rest.join(':')] as const;
  });
}
