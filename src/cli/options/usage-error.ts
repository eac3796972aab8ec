import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { OptmlError } from '../../errors/error.ts';

/** The error for a command that was called with wrong options or arguments: code USAGE, exit code 2. */
export function usageError(command: string, message: string, fix: string): OptmlError {
  return new OptmlError('USAGE', `${command}: ${message}`, { fix, exitCode: EXIT_CODES.usage });
}
