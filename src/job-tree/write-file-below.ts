import { closeSync, writeFileSync } from 'node:fs';
import type { JobFolder } from './job-folder.ts';
import { ensureBelow } from './open-below.ts';
import { rawName } from './raw-name.ts';

/**
 * Writes a file at `path` (text, with slashes) below `root` that was not there; folders that are missing are made.
 *
 * @throws the system's error: EEXIST where the name is taken, also by a link.
 */
export function writeFileBelow(root: JobFolder, path: string, content: string): void {
  const at = path.lastIndexOf('/');
  const folder = at < 0 ? root : ensureBelow(root, path.slice(0, at));
  try {
    const descriptor = folder.createFile(rawName(path.slice(at + 1)));
    try {
      writeFileSync(descriptor, content);
    } finally {
      closeSync(descriptor);
    }
  } finally {
    if (folder !== root) folder.close();
  }
}
