import { closeSync } from 'node:fs';
import { systemErrorCode } from '../../errors/error.ts';
import { textOf } from '../file-chunks.ts';
import { openRegular } from '../open-regular.ts';

// Nothing at that path, a link, or a socket.
const NO_REGULAR_FILE: readonly (string | undefined)[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'];

/**
 * Opens a regular file for reading. Returns undefined if `file` is missing or anything else: opening a named pipe would block
 * this process, and a device or a link may have no end. The caller closes the descriptor.
 *
 * @throws the system's error for a file that cannot be opened.
 */
export function openRegularFile(file: string): number | undefined {
  try {
    return openRegular(Buffer.from(file));
  } catch (error) {
    if (NO_REGULAR_FILE.includes(systemErrorCode(error))) return undefined;
    throw error;
  }
}

/**
 * The text of a regular file of at most `mostBytes`; undefined for a larger one, and if {@link openRegularFile} finds none.
 *
 * @throws the system's error for a file that cannot be read.
 */
export function readRegularFile(file: string, mostBytes: number): string | undefined {
  const descriptor = openRegularFile(file);
  if (descriptor === undefined) return undefined;
  try {
    return textOf(descriptor, mostBytes);
  } finally {
    closeSync(descriptor);
  }
}
