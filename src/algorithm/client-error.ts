import { CLIENT_MISTAKE } from '../contract/failure-reason.ts';
import { OptmlError } from '../errors/error.ts';
import { visibleText } from '../text/visible.ts';
import { describeProblems, type JobProblem } from './checks/job-problem.ts';

/** Where a mistake is, and what to do. */
export interface ClientErrorDetails {
  /** A file with line and column, a hyperparameter, a channel. */
  readonly where?: string;
  /** An imperative. */
  readonly fix?: string;
  readonly cause?: unknown;
}

/**
 * A mistake in the data or the hyperparameters of a job. Thrown by a training function, it fails the job with the reason
 * `ClientError: …`, without a stack.
 *
 * @example
 * ```ts
 * import { ClientError } from 'optml/algorithm';
 *
 * export function checkRows(rows: number, k: number): void {
 *   if (rows >= k) return;
 *   throw new ClientError(`k is ${k}, but there are only ${rows} rows`, { where: 'hyperparameter k', fix: 'Reduce k.' });
 * }
 * ```
 */
export class ClientError extends OptmlError {
  constructor(message: string, details: ClientErrorDetails = {}) {
    super('ALGORITHM_INPUT_INVALID', message, { ...details, failureText: failureTextOf(message, details) });
    this.name = 'ClientError';
  }
}

function failureTextOf(message: string, { where, fix }: ClientErrorDetails): string {
  const place = where === undefined ? '' : `\nWhere: ${where}`;
  // A value of the job may contain what a terminal obeys.
  return visibleText(`${CLIENT_MISTAKE.prefix}${message}${place}${fix === undefined ? '' : `\nFix: ${fix}`}`);
}

// Each item of a long list may be wrong.
const MOST_SHOWN = 50;

/** The error for a job with these mistakes. */
export function jobError(algorithm: string, problems: readonly JobProblem[]): ClientError {
  const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`;
  const more = problems.length > MOST_SHOWN ? `\n... and ${problems.length - MOST_SHOWN} more` : '';
  return new ClientError(
    `the job has ${count} for ${algorithm}:\n${describeProblems(problems.slice(0, MOST_SHOWN))}${more}`,
  );
}
