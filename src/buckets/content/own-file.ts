import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { systemErrorCode } from '../../errors/error.ts';

/** Opening a FIFO would block all buckets, and a link could lead anywhere: other programs can write to the data folder. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** Nothing at the path, a file in place of a folder, a link, or a socket. */
const NO_FILE: readonly (string | undefined)[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'];

/** Whether an error says that there is no regular file at a path. */
export function isNoFile(error: unknown): boolean {
  return NO_FILE.includes(systemErrorCode(error));
}

/**
 * Opens a regular file of the data folder for reading, without waiting; undefined if there is none. The caller closes the
 * descriptor.
 *
 * @throws the system's error.
 */
export function openOwnFile(path: string): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, OPEN_FLAGS);
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  return undefined;
}

/** The text of a file that {@link openOwnFile} opens; undefined if there is none. @throws the system's error. */
export function readOwnFile(path: string): string | undefined {
  const descriptor = openOwnFile(path);
  if (descriptor === undefined) return undefined;
  try {
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}
