import { join } from 'node:path';
import { DEFAULT_BASE_DIR, RELATIVE_PATHS } from '../../contract/paths.ts';
import { tailLines } from '../../jobs/logs/tail-lines.ts';
import { bareEnd } from '../../process/process-end.ts';

/** The host whose failure text is completed. */
export interface FailedOutput {
  /** The job's folder, with complete logs. */
  readonly dir: string;
  readonly host: string;
  readonly mlDir: string;
  readonly mask: (text: string) => string;
}

const LAST_LINES = 2000;
const FAILURE = /^ExecuteUserScriptError:\nExitCode (\d+)\nErrorMessage "([\s\S]*)"\nCommand "(.*)"$/;
// The text begins with something that `train` knows by itself.
const KNOWN = /^(?:rank |worker |one of ranks |stopped by |killed |a rank without|.* cannot be started: )/;
// A program that a signal ended, or that was not started.
const LAST_OWN_CODE = 125;
// What `train` writes before and after the output of the program (contract C72).
const STARTED = 'Invoking script with the following command:';
const FAILED = 'Reporting training FAILURE';

/**
 * The failure text of `train` with the error that the program wrote to standard output, which `train` does not read. Only if
 * standard error contains no error of a known form, but the log does:
 *
 * - If that error is the last one that the log reports, it is the failure.
 * - If last words on standard error follow it, they are the failure: a program may print the error of another one as data, or
 *   one that it has handled. The second line names the error.
 *
 * Without a word on standard error, the last lines of the log follow. Otherwise the text as it is.
 */
export async function withOutputError(text: string, { dir, host, mlDir, mask }: FailedOutput): Promise<string> {
  const [, code = '', message = '', command = ''] = FAILURE.exec(text) ?? [];
  if (code === '' || KNOWN.test(message) || Number(code) > LAST_OWN_CODE) return text;
  const { describeCause, findScriptError, scriptFailureText, SILENCE } = await import('#outcome/failure-text');
  const codeDir = (base: string) => join(base, RELATIVE_PATHS.codeDir);
  const output = programOutput(tailLines(dir, host, LAST_LINES)).join('\n');
  const codeDirs = [codeDir(mlDir), codeDir(DEFAULT_BASE_DIR)];
  const used = codeDirs.find((folder) => output.includes(folder)) ?? codeDir(DEFAULT_BASE_DIR);
  const ofLog = (note?: string) =>
    scriptFailureText({
      failureClass: 'ExecuteUserScriptError',
      end: { ...bareEnd(Number(code)), errorOutput: output },
      command,
      environment: { paths: { codeDir: used }, resources: { hosts: [host], currentHost: host } },
      mask,
      note,
    });
  const known = findScriptError(message, used);
  const found = findScriptError(output, used);
  if (found === undefined || known?.isGuess !== true) return text;
  // Last words only: they are shown, and are not said to be the error.
  if (found.isGuess) return message === SILENCE ? ofLog(SILENCE) : text;
  if (message === SILENCE || known.isNote) return ofLog();
  const lines = output.split('\n');
  const words = lines.findLastIndex((line) => line.includes(known.message));
  const later = words < 0 ? found : findScriptError(lines.slice(words + 1).join('\n'), used);
  return later === undefined || later.isGuess
    ? withSecondLine(text, describeCause('Earlier in the log:', found))
    : ofLog();
}

function withSecondLine(text: string, line: string): string {
  const [failureClass, exitCode, first = '', ...rest] = text.split('\n');
  const isWhole = rest.length === 1 && first.endsWith('"');
  const second = isWhole ? [first.slice(0, -1), `${line}"`] : [first, line];
  return [failureClass, exitCode, ...second, ...rest].join('\n');
}

function programOutput(lines: readonly string[]): readonly string[] {
  const end = lines.findLastIndex((line) => line.includes(FAILED));
  const own = lines.slice(0, end < 0 ? lines.length : end);
  const start = own.findLastIndex((line) => line.includes(STARTED));
  // An empty line, the command, an empty line.
  return start < 0 ? own : own.slice(start + 4);
}
