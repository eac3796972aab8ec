import { type FSWatcher, lstatSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OptmlError, systemErrorCode } from '../errors/error.ts';

/** Name of the file in a job's folder that says that somebody asked to stop it. */
const STOP_FILE = 'stop';

export interface WatchOptions {
  /** How often the folder is looked at where the system sends no notifications. By default every second. */
  readonly pollMs?: number;
}

// Notifications come immediately; where there are none (some network folders, no watches left) this is how long it takes.
const POLL_MS = 1000;

/**
 * Asks for the job whose folder is `dir` to be stopped. Whatever has the file's name already means the same.
 *
 * @throws OptmlError DISK_WRITE_FAILED.
 */
export function writeStopFile(dir: string): void {
  const file = join(dir, STOP_FILE);
  try {
    // Exclusive: writing to a named pipe would block.
    writeFileSync(file, '', { flag: 'wx' });
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return;
    throw new OptmlError('DISK_WRITE_FAILED', `the job cannot be stopped: ${(error as Error).message}`, {
      where: file,
      fix: 'Check that the disk has room and the folder is writable for this user.',
      cause: error,
    });
  }
}

/** Whether somebody has asked for the job whose folder is `dir` to be stopped. */
export function isStopAsked(dir: string): boolean {
  return isThere(join(dir, STOP_FILE));
}

/**
 * Calls `onStop` once, when somebody asks for the job whose folder is `dir` to be stopped, or has done so already. Keeps
 * no process alive. Returns what ends the watch.
 */
export function watchStop(dir: string, onStop: () => void, { pollMs = POLL_MS }: WatchOptions = {}): () => void {
  const file = join(dir, STOP_FILE);
  let isOver = false;
  let watcher: FSWatcher | undefined;
  const end = () => {
    isOver = true;
    clearInterval(timer);
    watcher?.close();
  };
  const look = () => {
    if (isOver || !isThere(file)) return;
    end();
    onStop();
  };
  const timer = setInterval(look, pollMs);
  timer.unref();
  // The caller has more urgent things to start.
  setImmediate(() => {
    if (isOver) return;
    watcher = watchFolder(dir, look);
    look();
  });
  return end;
}

function watchFolder(dir: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dir, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
