import { closeSync, writeFileSync } from 'node:fs';
import { textOf } from './file-chunks.ts';
import type { JobFolder } from './job-folder.ts';
import { ensureBelow } from './open-below.ts';
import { type RawName, rawName } from './raw-name.ts';

/** Writes a text file in the place of whatever has this name, except a folder. @throws the system's error. */
export function putText(folder: JobFolder, name: RawName, text: string): void {
  if (folder.lstat(name) !== undefined) folder.removeFile(name);
  const descriptor = folder.createFile(name);
  try {
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The text of a regular file; undefined without one, and for one of more than `mostBytes`.
 *
 * @throws the system's error for anything else of that name, and for a file that cannot be read.
 */
export function readText(folder: JobFolder, name: RawName, mostBytes: number): string | undefined {
  if (folder.lstat(name) === undefined) return undefined;
  const descriptor = folder.openFile(name);
  try {
    return textOf(descriptor, mostBytes);
  } finally {
    closeSync(descriptor);
  }
}

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
