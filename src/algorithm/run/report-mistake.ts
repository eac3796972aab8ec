import { CLIENT_MISTAKE } from '../../contract/failure-reason.ts';
import type { JobPaths } from '../../contract/paths.ts';
import { isOptmlError } from '../../errors/error.ts';
import { printMessage } from '../../log/print.ts';
import { writeFailure } from '../../outcome/marker-files.ts';

/**
 * Reports a mistake of the user: prints it without a stack, writes the failure file of the job, and sets the exit code.
 * Returns false for any other error, with which it does nothing.
 */
export function reportMistake(error: unknown, paths: JobPaths | undefined): boolean {
  if (!isOptmlError(error) || error.kind !== 'user') return false;
  const text = error.failureText ?? CLIENT_MISTAKE.prefix + error.message;
  printMessage(text);
  process.exitCode = CLIENT_MISTAKE.exitCode;
  if (paths !== undefined) writeFailure(paths.failureFile, text);
  return true;
}
