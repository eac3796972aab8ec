import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { OptmlError } from '../../errors/error.ts';
import { describeProblems, type Problem } from '../../request/problem.ts';
import type { SyntaxProblem } from '../../request/read-request.ts';

/** The error for a file or variable with defaults that cannot be used: code DEFAULTS_INVALID, exit code 2. */
export function defaultsError(message: string, where: string, fix: string, cause?: unknown): OptmlError {
  return new OptmlError('DEFAULTS_INVALID', message, { where, fix, cause, exitCode: EXIT_CODES.usage });
}

/** The error for values of the wrong kind: one error for all of them. */
export function wrongDefaults(problems: readonly Problem[], where: string): OptmlError {
  return defaultsError(`these defaults cannot be used:\n${describeProblems(problems)}`, where, 'Correct them there.');
}

/** The error for a file that is no JSON or YAML, with the place in it. */
export function unreadableDefaults(file: string, { message, fix, line, column }: SyntaxProblem): OptmlError {
  const where = line === undefined ? file : `${file}, line ${line}, column ${column}`;
  return defaultsError(`the defaults cannot be read: ${message}`, where, fix ?? 'Correct the file there.');
}
