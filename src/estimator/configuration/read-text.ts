import { systemErrorCode } from '../../errors/error.ts';
import { readInput, UnusableInput } from '../../job-tree/input/input-file.ts';
import { decodeText } from '../../request/document/decode-text.ts';
import { defaultsError, unreadableDefaults } from './defaults-error.ts';

/** Real files of defaults have some hundred bytes. */
export const MOST_BYTES = 1 << 20;

/** The text of a file with defaults; undefined if it does not exist. @throws OptmlError DEFAULTS_INVALID. */
export function readDefaultsText(file: string): string | undefined {
  try {
    return decodeDefaults(readInput(file, MOST_BYTES), file);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (error instanceof UnusableInput)
      throw defaultsError(`${file} cannot be read: ${error.message}`, file, error.fix);
    if (code === undefined) throw error;
    throw defaultsError(`${file} cannot be read: ${code}`, file, 'Check its permissions.', error);
  }
}

/** The text of bytes that were read from `where`. @throws OptmlError DEFAULTS_INVALID. */
export function decodeDefaults(bytes: Buffer, where: string): string {
  const { text, problem } = decodeText(bytes);
  if (problem !== undefined) throw unreadableDefaults(where, problem);
  return text;
}
