import { setMaxListeners } from 'node:events';
import { statfs } from 'node:fs/promises';
import { EXIT_CODES } from '../../../contract/exit-codes.ts';
import { OptmlError } from '../../../errors/error.ts';

const POLL_MS = 100;
const MIB = 1 << 20;
const GIB = 1 << 30;

/** What must stay free, in bytes: a job writes up to some 100 MiB between two looks. */
const MOST_RESERVE = 512 * MIB;
/** Most that all jobs together may take of the disk at a time, in bytes. */
const MOST_TAKEN = 32 * GIB;

/** Free space of the file system that `dir` is on, in bytes. */
export type FreeSpace = (dir: string) => Promise<number>;

/** Ends the prepared jobs before they fill the disk. */
export interface DiskGuard {
  /** Aborted with an OptmlError when too little is left: every job ends, and no other starts. */
  readonly signal: AbortSignal;
  /** Looks once more, when the hosts of a job have ended: a fast job fills the disk between two looks. @throws that error. */
  check(): Promise<void>;
  close(): void;
}

/** Watches the disk that `dir` (absolute) is on. Where the free space is unknown, nothing is watched. */
export async function watchDisk(dir: string, freeSpace: FreeSpace = freeBytes): Promise<DiskGuard> {
  const controller = new AbortController();
  // All that runs side by side listens to it.
  setMaxListeners(0, controller.signal);
  const atStart = await freeSpace(dir).catch(() => undefined);
  if (atStart === undefined) return { signal: controller.signal, check: async () => undefined, close: () => undefined };
  const least = Math.max(Math.min(MOST_RESERVE, atStart / 2), atStart - MOST_TAKEN);
  const look = async () => {
    const free = await freeSpace(dir).catch(() => least);
    if (free >= least || controller.signal.aborted) return;
    clearInterval(timer);
    controller.abort(diskFull(dir, { free, atStart }));
  };
  let isLooking = false;
  const timer = setInterval(async () => {
    if (isLooking) return;
    isLooking = true;
    await look();
    isLooking = false;
  }, POLL_MS);
  timer.unref();
  return {
    signal: controller.signal,
    check: async () => {
      await look();
      controller.signal.throwIfAborted();
    },
    close: () => clearInterval(timer),
  };
}

async function freeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

function diskFull(dir: string, { free, atStart }: { readonly free: number; readonly atStart: number }): OptmlError {
  const sizes = `${Math.floor(free / MIB)} MiB are free, of ${Math.floor(atStart / MIB)} MiB at the start`;
  return new OptmlError('DISK_WRITE_FAILED', `the prepared jobs were stopped before they fill the disk: ${sizes}`, {
    where: dir,
    fix: 'Free some space, set OPTML_HOME to a folder on a larger disk, or use a job with a smaller model.',
    exitCode: EXIT_CODES.usage,
  });
}
