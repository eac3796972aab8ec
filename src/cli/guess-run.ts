import { readTextIfAny } from '../job-tree/input/read-text.ts';

const ENGINE = /^--?engine(?:=(.*))?$/s;
const INSTANCES = /^--?instances(?:=(.*))?$/s;
// Hosts in a network of their own: the waiting `train` would have to be started in it.
const SEVERAL = /InstanceCount["']?\s*:\s*(?!1\b)\d/;
const OTHERS = /ContainerEntrypoint|EnableNetworkIsolation["']?\s*:\s*true/;

/**
 * Whether `optml run` with these arguments runs `train` on one host of the engine `process`: read without the parser, which takes
 * longer to load than `train` takes to be started. What this accepts, the parser of the command reads in the same way; a
 * job file is searched as text.
 */
export function guessesTrainOnProcess(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  if (options.some(runsOtherwise) || lastValue(options, ENGINE) !== 'process') return false;
  const instances = lastValue(options, INSTANCES);
  if (instances !== undefined && instances !== '1') return false;
  return !args.some((argument) => isForOthers(argument, instances === undefined));
}

// The parser takes one dash for two.
function runsOtherwise(argument: string): boolean {
  return /^--?(?:help|print-request|user)(?:=|$)/.test(argument);
}

// The last one counts.
function lastValue(options: readonly string[], name: RegExp): string | undefined {
  const index = options.findLastIndex((option) => name.test(option));
  if (index < 0) return undefined;
  const [, value] = name.exec(options[index] ?? '') ?? [];
  return value ?? options[index + 1];
}

/** Whether this is a job file with a program of its own, an isolated network or, unless an option counts, several hosts. */
function isForOthers(argument: string, isCounted: boolean): boolean {
  if (!/\.(?:json|ya?ml)$/.test(argument)) return false;
  const text = readTextIfAny(argument) ?? '';
  return OTHERS.test(text) || (isCounted && SEVERAL.test(text));
}
