import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { partialPath } from './partial-path.ts';

/** How a small file is written. */
export interface WholeFileOptions {
  /** The file's permissions, before the umask. By default 0666. */
  readonly mode?: number;
  /**
   * Whether the file survives a power cut that follows. It costs two syncs of the disk, some milliseconds each:
   * - yes: records of ended jobs, the failure file, models, checkpoints. Nothing else holds what they hold.
   * - no: reports, which can be made again; an empty archive; the `success` file, whose absence never tells a lie.
   */
  readonly isDurable: boolean;
}

/**
 * Writes a file so that its name has the old content or the whole new one at any moment: beside it first, then renamed. A
 * file or link that is there is replaced. On failure nothing is left behind, and the old file stays.
 *
 * @throws the system's error.
 */
export function writeFileWhole(file: string, content: string | Uint8Array, options: WholeFileOptions): void {
  const { mode = 0o666, isDurable } = options;
  const partial = partialPath(file);
  try {
    // Exclusive: an existing file or link is never written to.
    writeFileSync(partial, content, { mode, flag: 'wx', flush: isDurable });
    renameSync(partial, file);
  } catch (error) {
    // A file system that broke cannot be tidied up: its first error is the one to report.
    attempt(() => rmSync(partial, { force: true }));
    throw error;
  }
  // The file is there, and its content on disk. Some file systems cannot sync a folder.
  if (isDurable) attempt(() => syncNames(dirname(file)));
}

function syncNames(dir: string): void {
  const descriptor = openSync(dir, 'r');
  attempt(() => fsyncSync(descriptor));
  closeSync(descriptor);
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The caller says why that changes nothing.
  }
}
