import { promises, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { monotonicMs } from '../concurrency/clock.ts';
import { systemErrorCode } from '../errors/error.ts';
import { listProcesses } from './list-processes.ts';

/** The files that processes have open for writing. */
export interface OpenFiles {
  /** Device and inode (`DEV:INO`) of each, and its path as the kernel has it. */
  readonly ids: ReadonlySet<string>;
  /** Whether every process could be looked at; else a file that is not among them may be open all the same. */
  readonly isComplete: boolean;
}

// What is looked at without a pause: signals must not wait for us.
const SLICE_MS = 10;
// Writing only, or reading and writing, in the flags of fdinfo (`O_ACCMODE`).
const WRITES = 0o3;

/** Finds the files that other processes have open for writing, where `/proc` tells (Linux). Never throws. */
export async function filesOpenForWriting(): Promise<OpenFiles> {
  const ids = new Set<string>();
  let isComplete = true;
  let sliceEnd = monotonicMs() + SLICE_MS;
  const pids = listProcesses();
  for (const pid of pids ?? []) {
    if (pid === process.pid) continue;
    const descriptors = listDescriptors(pid);
    isComplete &&= descriptors !== undefined;
    for (const descriptor of descriptors ?? []) {
      const path = writtenFile(pid, descriptor);
      if (path === undefined) continue;
      ids.add(path);
      // By its inode it is found under each of its names. Not immediately: a remote file system may hang.
      const stats = await promises.stat(`/proc/${pid}/fd/${descriptor}`).catch(() => undefined);
      if (stats !== undefined) ids.add(`${stats.dev}:${stats.ino}`);
    }
    if (monotonicMs() < sliceEnd) continue;
    await new Promise(setImmediate);
    sliceEnd = monotonicMs() + SLICE_MS;
  }
  return { ids, isComplete: pids !== undefined && isComplete };
}

/** The descriptors of a process; none when it has ended, undefined when it is not ours to look at. */
function listDescriptors(pid: number): readonly string[] | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch (error) {
    return systemErrorCode(error) === 'EACCES' && hasProgram(pid) ? undefined : [];
  }
}

// Zombies and threads of the kernel have no command line, and no open files either.
function hasProgram(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`).length > 0;
  } catch {
    // It ended while we were looking.
    return false;
  }
}

/** The path of a file that the descriptor writes to; undefined for sockets, pipes, devices and what is only read. */
function writtenFile(pid: number, descriptor: string): string | undefined {
  try {
    const path = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
    if (!path.startsWith('/') || /^\/(?:dev\/(?!shm\/)|proc\/|sys\/)/.test(path)) return undefined;
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'latin1'))?.[1];
    return (Number.parseInt(flags ?? '0', 8) & WRITES) === 0 ? undefined : path;
  } catch {
    // Closed while we were looking.
    return undefined;
  }
}
