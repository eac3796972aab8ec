import { CLIENT_MISTAKE } from '../contract/failure-reason.ts';
import { readRegularFile } from '../job-tree/input/regular-file.ts';
import type { ProcessEnd } from '../process/process-end.ts';
import { visibleText } from '../text/visible.ts';

// A job with all its mistakes has some kilobytes.
const MOST_BYTES = 1 << 20;

/**
 * The text of a failure file by which an algorithm reports a mistake in its data or hyperparameters. Undefined for any other
 * end of a program, and for the file of an earlier run: this one must have printed the text too.
 */
export function clientMistake(
  { exitCode, errorOutput }: Pick<ProcessEnd, 'exitCode' | 'errorOutput'>,
  failureFile: string,
): string | undefined {
  if (exitCode !== CLIENT_MISTAKE.exitCode) return undefined;
  const text = textAt(failureFile)?.trimEnd();
  if (text?.startsWith(CLIENT_MISTAKE.prefix) !== true) return undefined;
  // Of a long text, the end is kept.
  const lastLine = text.slice(text.lastIndexOf('\n') + 1);
  return errorOutput.includes(visibleText(lastLine)) ? text : undefined;
}

function textAt(file: string): string | undefined {
  try {
    return readRegularFile(file, MOST_BYTES);
  } catch {
    // Unreadable: nothing is known of the mistake.
    return undefined;
  }
}
