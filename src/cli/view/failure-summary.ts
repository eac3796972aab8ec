import { ownFile, shortPath } from './own-files/own-file.ts';

/** A failure of the user's own program, for the summary of a job: the trace above it says more. */
export interface FailureSummary {
  /** The first line of the error. */
  readonly error: string;
  /** The user's own file: `src/parse.ts:2:27`, relative to the working directory. */
  readonly position: string | undefined;
  readonly exitCode: number;
}

// As outcome/failure-text.ts writes it (contract C51).
const SCRIPT_FAILURE = /^AlgorithmError: ExecuteUserScriptError:\nExitCode (\d+)\nErrorMessage "([^\n]*?)"?(?:\n|$)/;
const POSITION = / \(([^()\n]{1,400}), line (\d+)(?:, column (\d+))?(?:, in [^\n]*)?\)/;

/**
 * The failure reason of a job in one line, if its program failed; undefined for any other reason, which is shown whole. The
 * position is given by its copy in the job, relative to the code: it is looked up below `sources`, the folders on this machine
 * that the code may come from.
 */
export function failureSummary(reason: string, sources: readonly string[], cwd: string): FailureSummary | undefined {
  const [, exitCode, first = ''] = SCRIPT_FAILURE.exec(reason) ?? [];
  if (exitCode === undefined || first === '') return undefined;
  const [place, file = '', line = '', column] = POSITION.exec(first) ?? [];
  const own = ownFile(file, sources);
  if (place === undefined || own === undefined)
    return { error: first, position: undefined, exitCode: Number(exitCode) };
  const position = `${shortPath(own, cwd)}:${line}${column === undefined ? '' : `:${column}`}`;
  return { error: first.replace(place, ''), position, exitCode: Number(exitCode) };
}
