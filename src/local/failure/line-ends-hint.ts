import { DEFAULT_BASE_DIR, RELATIVE_PATHS } from '../../contract/paths.ts';
import { tailLines } from '../../jobs/logs/tail-lines.ts';
import { readFailureText } from './failure-reason.ts';
import type { FailedOutput } from './output-error.ts';

const LAST_LINES = 50;

/**
 * If the last output of a failed host is an error that a program with CR LF line ends causes, of a shell, of `env` or of the
 * container's runtime: a sentence that names the line ends. Undefined if there is a failure file, which `train` completes.
 */
export async function lineEndsHint({ dir, host, mlDir }: Omit<FailedOutput, 'mask'>): Promise<string | undefined> {
  if (readFailureText(mlDir) !== undefined) return undefined;
  const lines = tailLines(dir, host, LAST_LINES);
  const { findScriptError } = await import('#outcome/failure-text');
  const { message } = findScriptError(lines.join('\n'), `${DEFAULT_BASE_DIR}/${RELATIVE_PATHS.codeDir}`) ?? {};
  return message?.includes('CR LF') === true ? `The program of ${host} failed with: ${message}` : undefined;
}
