import { OptmlError } from '../errors/error.ts';
import { describeProblems, type Problem } from './problem.ts';

/** All that is wrong with a request, as one error. `where` names the file, or what else the request came from. */
export function requestError(problems: readonly Problem[], where: string): OptmlError {
  const count = problems.length === 1 ? '1 validation error detected' : `${problems.length} validation errors detected`;
  return new OptmlError('REQUEST_INVALID', `${count}:\n${describeProblems(problems)}`, {
    where,
    fix: 'Correct these fields of the CreateTrainingJob request. "optml run --help" lists the values that only local runs accept.',
    exitCode: 2,
  });
}
