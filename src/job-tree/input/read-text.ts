import { existsSync } from 'node:fs';
import { readInput } from './input-file.ts';

/**
 * The text of a file that need not exist: undefined if it is missing or {@link readInput} cannot read it. Asking first whether
 * it exists saves an error object, which costs more than the check.
 */
export function readTextIfAny(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return readInput(file).toString('utf8');
  } catch {
    // For an optional file, unreadable is the same as missing.
    return undefined;
  }
}
