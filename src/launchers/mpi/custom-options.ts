import { OptmlError } from '../../errors/error.ts';

/** Options for `mpirun` that the user gave. */
export interface CustomOptions {
  readonly ncclDebug: string;
  /** As they are, in their order. */
  readonly options: readonly string[];
}

const NCCL_DEBUG = '--NCCL_DEBUG';

/**
 * Splits the user's options at white space (contract C63). `--NCCL_DEBUG=X` and `--NCCL_DEBUG X`, the last of them, stand
 * for a variable and not for an option of `mpirun`.
 *
 * @throws OptmlError HYPERPARAMETER_INVALID where its value is missing.
 */
export function parseCustomOptions(text: string, parameter: string): CustomOptions {
  let ncclDebug = 'INFO';
  const options: string[] = [];
  const given = text.split(/\s+/).filter((word) => word !== '');
  for (let i = 0; i < given.length; i++) {
    const word = given[i] ?? '';
    if (word.startsWith(`${NCCL_DEBUG}=`)) ncclDebug = word.slice(NCCL_DEBUG.length + 1);
    else if (word === NCCL_DEBUG) ncclDebug = debugLevel(given[++i], parameter);
    else options.push(word);
  }
  return { ncclDebug, options };
}

function debugLevel(word: string | undefined, parameter: string): string {
  if (word !== undefined && !word.startsWith('-')) return word;
  throw new OptmlError('HYPERPARAMETER_INVALID', `${NCCL_DEBUG} has no value`, {
    where: `input/config/hyperparameters.json, field ${parameter}`,
    fix: `Write ${NCCL_DEBUG}=INFO, or leave it out.`,
  });
}
