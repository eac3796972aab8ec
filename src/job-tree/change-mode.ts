import { chmodSync, closeSync, fchmodSync, fstatSync, openSync } from 'node:fs';
import { filePathOf, OPEN_FLAGS, PATH_FLAGS } from './descriptor-path.ts';

/**
 * Changes the permissions of the file or folder at `path`, never of what a link leads to: a job may put a link in its place
 * at any moment. Everything else keeps its permissions.
 *
 * @throws the system's error; outside of Linux also for entries that cannot be opened.
 */
export function changeMode(path: Buffer, newMode: (mode: number) => number): void {
  const descriptor = openSync(path, PATH_FLAGS ?? OPEN_FLAGS.read);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() && !stats.isDirectory()) return;
    const mode = newMode(stats.mode);
    if (mode === (stats.mode & 0o7777)) return;
    if (PATH_FLAGS === undefined) fchmodSync(descriptor, mode);
    else chmodSync(filePathOf(descriptor), mode);
  } finally {
    closeSync(descriptor);
  }
}
