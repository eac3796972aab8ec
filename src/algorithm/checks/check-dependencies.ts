import type { Condition, Hyperparameters } from '../hyperparameter.ts';
import { describeAllowed } from './describe-allowed.ts';
import type { JobProblem } from './job-problem.ts';

/**
 * What is wrong between hyperparameters: `requires`, `requiredWhen` and `allowedWhen` of those that are declared.
 *
 * @param values those that are right, and defaults
 * @param given names of those that the job has, by their declared names
 */
export function checkDependencies(
  declared: Hyperparameters,
  values: ReadonlyMap<string, unknown>,
  given: ReadonlySet<string>,
): readonly JobProblem[] {
  return Object.entries(declared).flatMap(([name, declaration]) => {
    const { requires = [], requiredWhen, allowedWhen } = declaration;
    const problem = (message: string): JobProblem => ({ kind: 'hyperparameter', name, message });
    if (!given.has(name)) {
      const isNeeded = requiredWhen !== undefined && !values.has(name) && holds(requiredWhen, values);
      if (!isNeeded) return [];
      return [problem(`is required ${describeCondition(requiredWhen)}: expected ${describeAllowed(declaration)}`)];
    }
    const missing = requires.filter((other) => !given.has(other));
    return [
      ...missing.map((other) => problem(`also needs ${other}`)),
      ...(allowedWhen === undefined || holds(allowedWhen, values)
        ? []
        : [problem(`is allowed only ${describeCondition(allowedWhen)}`)]),
    ];
  });
}

/** `when objective is multi:softmax or multi:softprob`. */
export function describeCondition(condition: Condition): string {
  const parts = Object.entries(condition).map(([name, values]) => `${name} is ${values.join(' or ')}`);
  return `when ${parts.join(' and ')}`;
}

function holds(condition: Condition, values: ReadonlyMap<string, unknown>): boolean {
  return Object.entries(condition).every(([name, allowed]) => allowed.some((value) => value === values.get(name)));
}
