import { cutText } from '../../errors/quote-value.ts';
import { visibleLine } from '../../text/visible.ts';

/** One mistake of a job. */
export interface JobProblem {
  /** What it concerns. */
  readonly kind: 'hyperparameter' | 'channel' | 'job';
  /** The hyperparameter's or channel's name as the job has it; empty for the job itself. */
  readonly name: string;
  /** The way to the mistake inside of its value: `[2]`, `.units`. By default the whole. */
  readonly path?: string;
  /** What is wrong: the rest of a sentence that begins with the name. */
  readonly message: string;
}

/**
 * All problems as a text: one line for each.
 *
 * @example
 * ```ts
 * import { describeProblems } from 'optml/algorithm';
 *
 * const problems = [{ kind: 'hyperparameter', name: 'k', message: 'is required' }] as const;
 * // hyperparameter k: is required
 * console.log(describeProblems(problems));
 * ```
 */
export function describeProblems(problems: readonly JobProblem[]): string {
  return problems.map((problem) => describeProblem(problem)).join('\n');
}

/** One problem as a line. */
export function describeProblem({ kind, name, path = '', message }: JobProblem): string {
  return name === '' ? message : `${kind} ${shownName(name)}${path}: ${message}`;
}

// A job may have any text as a name.
function shownName(name: string): string {
  return visibleLine(cutText(name));
}
