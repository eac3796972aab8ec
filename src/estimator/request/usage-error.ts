import { OptmlError } from '../../errors/error.ts';

/** A mistake of the program that calls the library: which option is wrong, and what to write instead. */
export function usageError(message: string, where: string, fix: string): OptmlError {
  return new OptmlError('USAGE', message, { where, fix, exitCode: 2 });
}
