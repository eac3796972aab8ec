import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monotonicMs, sleep } from '../../../concurrency/clock.ts';
import { readTextIfAny } from '../../../job-tree/input/read-text.ts';
import type { GroupParent } from './group-parent.ts';

const REMOVE_LIMIT_MS = 2000;
const POLL_MS = 10;

interface VersionFiles {
  readonly limit: string;
  /** The limit with swap, or of swap alone: as much swap as memory, which is what container engines allow. */
  readonly swap: string;
  readonly swapFactor: number;
  readonly kills: string;
}

const FILES: Readonly<Record<GroupParent['version'], VersionFiles>> = {
  1: {
    limit: 'memory.limit_in_bytes',
    swap: 'memory.memsw.limit_in_bytes',
    swapFactor: 2,
    kills: 'memory.oom_control',
  },
  2: { limit: 'memory.max', swap: 'memory.swap.max', swapFactor: 1, kills: 'memory.events' },
};

/** The control group of one host. */
export interface MemoryGroup {
  /** Moves a process into it, and with that whatever the process starts from now on. @throws System errors. */
  enter(pid: number): void;
  /** Whether the kernel has killed a process in it that needed more memory than the limit. */
  hasKilled(): boolean;
  /** Removes it, once its processes have ended. Never rejects. */
  remove(): Promise<void>;
}

/** Makes a control group, where there is none of that name, with a limit of memory. @throws System errors. */
export function makeMemoryGroup({ dir: parent, version }: GroupParent, name: string, bytes: number): MemoryGroup {
  const dir = join(parent, name);
  const files = FILES[version];
  mkdirSync(dir);
  try {
    writeFileSync(join(dir, files.limit), String(bytes));
  } catch (error) {
    removeGroup(dir);
    throw error;
  }
  try {
    writeFileSync(join(dir, files.swap), String(bytes * files.swapFactor));
  } catch {
    // Kernels without swap accounting do not have the file.
  }
  return {
    enter: (pid) => writeFileSync(join(dir, 'cgroup.procs'), String(pid)),
    hasKilled: () => Number(/^oom_kill (\d+)$/m.exec(readTextIfAny(join(dir, files.kills)) ?? '')?.[1] ?? 0) > 0,
    remove: async () => {
      // The kernel takes a moment to forget processes that have ended.
      for (const end = monotonicMs() + REMOVE_LIMIT_MS; !removeGroup(dir) && monotonicMs() < end; )
        await sleep(POLL_MS);
    },
  };
}

/** Removes a group, with groups that its processes have made in it. Returns false if one of them is in use. */
export function removeGroup(dir: string): boolean {
  try {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.isDirectory() && !removeGroup(join(dir, entry.name))) return false;
    }
    rmdirSync(dir);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
