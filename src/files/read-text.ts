import { existsSync, readFileSync } from 'node:fs';

/**
 * The text of a file that need not be there: undefined when it is not, or cannot be read. Asking first whether it exists
 * spares an error object, which costs more than the look.
 */
export function readTextIfAny(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // What may not be read is as good as absent to whoever asks for an optional file.
    return undefined;
  }
}
