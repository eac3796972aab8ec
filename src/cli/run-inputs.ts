import { SETTING_ROWS } from '../contract/settings.ts';
import type { OptmlError } from '../errors/error.ts';
import { DEFAULT_IMAGE } from '../request/flags.ts';
import type { Problem } from '../request/problem.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { requestError } from '../request/request-error.ts';
import { inputProblems } from '../staging/input-problems.ts';
import { usageError } from './options/usage-error.ts';

/** What the command has been given beside the request. */
export interface InputOrigin {
  readonly where: string;
  /** The option that has set the member at a path. */
  readonly optionAt: (path: string) => string | undefined;
  readonly engine: string | undefined;
}

/**
 * Checks the inputs of a job on this machine before it gets a name and anything is copied: its source, its program and its
 * channels exist.
 *
 * @throws OptmlError USAGE if options alone are wrong, else REQUEST_INVALID.
 */
export async function checkInputs(
  request: TrainingJobRequest,
  { where, optionAt, engine }: InputOrigin,
): Promise<void> {
  const image = request.AlgorithmSpecification?.TrainingImage ?? '';
  const isOurTrain = !image.startsWith('file://') && (image === DEFAULT_IMAGE || engine === 'process');
  const problems = await inputProblems(request, isOurTrain);
  if (problems.length === 0) return;
  if (problems.every(({ path }) => optionAt(path) !== undefined || path === '')) throw optionError(problems, optionAt);
  throw requestError(problems, where, optionAt);
}

// `optml run` reads it itself: it packs the artifacts.
const READ_HERE = 'OPTML_COMPRESSION';

/** A warning for each setting of `train` in the environment of `optml run`, which the hosts do not get. */
export function unpassedSettings(
  variables: Readonly<NodeJS.ProcessEnv>,
  { Environment: passed = {} }: TrainingJobRequest,
): readonly string[] {
  const names = Object.keys(SETTING_ROWS).filter((name) => name !== READ_HERE && variables[name] !== undefined);
  return names
    .filter((name) => passed[name] === undefined)
    .map((name) => `Warning: ${name} of this shell has no effect on the hosts. Pass --env ${name}=VALUE`);
}

function optionError([first, ...others]: readonly Problem[], optionAt: InputOrigin['optionAt']): OptmlError {
  const told = (problem: Problem) => [optionAt(problem.path), problem.message].filter(Boolean).join(': ');
  const messages = [first, ...others].flatMap((problem) => (problem === undefined ? [] : [told(problem)]));
  return usageError('optml run', messages.join('; '), first?.fix ?? 'Run "optml run --help".');
}
