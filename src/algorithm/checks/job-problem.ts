/** One mistake of a job. */
export interface JobProblem {
  /** What it concerns. */
  readonly kind: 'hyperparameter' | 'channel' | 'job';
  /** The hyperparameter's or channel's name as the job has it, and the way to the place inside; empty for the job itself. */
  readonly name: string;
  /** What is wrong: the rest of a sentence that begins with the name. */
  readonly message: string;
}

/** All problems as a text: one line for each. */
export function describeProblems(problems: readonly JobProblem[]): string {
  return problems.map((problem) => describeProblem(problem)).join('\n');
}

/** One problem as a line. */
export function describeProblem({ kind, name, message }: JobProblem): string {
  return name === '' ? message : `${kind} ${name}: ${message}`;
}
