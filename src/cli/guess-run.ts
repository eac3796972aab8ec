import { readTextIfAny } from '../job-tree/input/read-text.ts';

const ENGINE = /^--?engine(?:=(.*))?$/s;

/**
 * Whether `optml run` with these arguments runs `train` on the engine `process`: read without the parser, which takes
 * longer to load than `train` takes to be started. What this accepts, the parser of the command reads in the same way; a
 * job file is searched for a program of its own as text.
 */
export function guessesTrainOnProcess(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  if (options.some(runsNothing) || engineOf(options) !== 'process') return false;
  return !args.some(mayNameEntrypoint);
}

// The parser takes one dash for two.
function runsNothing(argument: string): boolean {
  return /^--?(?:help|print-request)(?:=|$)/.test(argument);
}

// The last one counts.
function engineOf(options: readonly string[]): string | undefined {
  const index = options.findLastIndex((option) => ENGINE.test(option));
  if (index < 0) return undefined;
  const [, value] = ENGINE.exec(options[index] ?? '') ?? [];
  return value ?? options[index + 1];
}

function mayNameEntrypoint(argument: string): boolean {
  return /\.(?:json|ya?ml)$/.test(argument) && (readTextIfAny(argument) ?? '').includes('ContainerEntrypoint');
}
