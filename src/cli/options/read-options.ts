import { printResult } from '../../log/print.ts';
import { type GivenOptions, type OptionRules, parseOptions } from './parse-options.ts';

/** What a command accepts beside `--help`, and its help. */
export interface CommandRules extends OptionRules {
  readonly help: string;
}

/**
 * The options of a command. With `--help` it prints the help and returns undefined: the command has nothing else to do.
 *
 * @throws OptmlError USAGE with the nearest known name, exit code 2.
 */
export function readOptions(args: readonly string[], { help, ...rules }: CommandRules): GivenOptions | undefined {
  const short = { ...rules.short, h: 'help' };
  const given = parseOptions(args, { ...rules, short, flags: [...rules.flags, 'help'] });
  if (!given.flags.has('help')) return given;
  printResult(help);
  return undefined;
}
