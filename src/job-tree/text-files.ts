import { closeSync, fstatSync, readFileSync, writeFileSync } from 'node:fs';
import type { JobFolder } from './job-folder.ts';
import type { RawName } from './raw-name.ts';

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
    return fstatSync(descriptor).size > mostBytes ? undefined : readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}
