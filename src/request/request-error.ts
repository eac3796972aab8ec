import { OptmlError } from '../errors/error.ts';
import { describeProblems, type Problem } from './problem.ts';

const LOCAL_FIX =
  'Correct these fields of the CreateTrainingJob request. "optml run --help" lists the values that only local runs accept.';

/**
 * All that is wrong with a request, as one error. `where` names the file, or what else the request came from; `optionAt`, the
 * option of the command that has set a member; `fix`, what to do about all of them.
 */
export function requestError(
  problems: readonly Problem[],
  where: string,
  optionAt: (path: string) => string | undefined = () => undefined,
  fix: string = LOCAL_FIX,
): OptmlError {
  const count = problems.length === 1 ? '1 validation error detected' : `${problems.length} validation errors detected`;
  const named = problems.map((problem) => {
    const option = optionAt(problem.path);
    return option === undefined ? problem : { ...problem, path: `${option} (${problem.path})` };
  });
  return new OptmlError('REQUEST_INVALID', `${count}:\n${describeProblems(named)}`, {
    where,
    fix,
    exitCode: 2,
  });
}
