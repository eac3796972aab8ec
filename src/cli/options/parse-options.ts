import parser from 'yargs-parser';
import { nearest } from '../../errors/nearest.ts';
import { usageError } from './usage-error.ts';

/** What a command accepts. */
export interface OptionRules {
  /** For messages, such as `optml env`. */
  readonly command: string;
  /** Names of the words that it takes in addition to options, all of them needed. */
  readonly operands?: readonly string[];
  /** Names of words after those, which may be left out. */
  readonly optionalOperands?: readonly string[];
  /** Names of options without a value. */
  readonly flags: readonly string[];
  /** Names of options with a value. */
  readonly values?: readonly string[];
  /** Names of options whose value may be left out, and is given behind an equals sign: an empty text without one. */
  readonly optionalValues?: readonly string[];
  /** Names of options with a value that may be given several times. */
  readonly lists?: readonly string[];
  /** Options of one letter → what they stand for. */
  readonly short?: Readonly<Record<string, string>>;
  /** Options with a value that is one of a few → these, for the completion of a shell. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** Whether the last operand may be given several times. */
  readonly isLastRepeated?: boolean;
  /** Options that cannot be combined. */
  readonly exclusive?: readonly string[];
}

/** What was given. */
export interface GivenOptions extends Pick<OptionRules, 'command'> {
  /** As many as the rules name; none with `--help`. */
  readonly operands: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  /** The values of an option that may be given several times, in their order. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/**
 * The words and options that were given. With the flag `help` no word is needed.
 *
 * @throws OptmlError USAGE with the nearest known name, exit code 2.
 */
export function parseOptions(args: readonly string[], rules: OptionRules): GivenOptions {
  const { command, values = [], lists = [], optionalValues = [] } = rules;
  checkListValues(args, rules);
  const { operands, options } = parse(args, rules);
  checkNames(Object.keys(options), [...rules.flags, ...values, ...optionalValues, ...lists], rules);
  const flags = new Set(rules.flags.filter((name) => options[name] === true));
  checkExclusive(flags, rules);
  if (!flags.has('help')) checkOperands(operands, rules);
  const textOf = (name: string, value: unknown) => {
    if (value !== '' || optionalValues.includes(name)) return String(value);
    throw usageError(command, `--${name} needs a value`, `Run "${command} --help".`);
  };
  const given = [...values, ...optionalValues].filter((name) => options[name] !== undefined);
  return {
    command,
    operands,
    flags,
    values: new Map(given.map((name) => [name, textOf(name, options[name])])),
    lists: new Map(lists.map((name) => [name, asList(options[name]).map((value) => textOf(name, value))])),
  };
}

/** The operands as text, and the options as yargs-parser reads them. Of a repeated option, only a list keeps all values. */
function parse(args: readonly string[], rules: OptionRules) {
  const { values = [], lists = [], optionalValues = [], short = {} } = rules;
  const { _: operands, ...all } = parser(withEmptyValues(args, optionalValues), {
    boolean: [...rules.flags],
    string: [...values, ...optionalValues, ...lists, '_'],
    array: [...lists],
    alias: Object.fromEntries(Object.entries(short).map(([letter, name]) => [name, letter])),
    configuration: {
      'camel-case-expansion': false,
      'boolean-negation': false,
      'dot-notation': false,
      'short-option-groups': false,
      'greedy-arrays': false,
      'strip-aliased': true,
      'parse-positional-numbers': false,
    },
  });
  const options: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, lists.includes(name) ? value : asList(value).at(-1)]),
  );
  return { operands: operands.map(String), options };
}

// The parser would take the next word, which is an operand.
function withEmptyValues(args: readonly string[], names: readonly string[]): string[] {
  const end = args.indexOf('--');
  const isBare = (word: string, index: number) =>
    (end < 0 || index < end) && names.some((name) => word === `--${name}` || word === `-${name}`);
  return args.map((word, index) => (isBare(word, index) ? `${word}=` : word));
}

// The parser leaves such options out.
function checkListValues(args: readonly string[], { command, lists = [] }: OptionRules): void {
  const end = args.indexOf('--');
  const words = end < 0 ? args : args.slice(0, end);
  for (const [index, word] of words.entries()) {
    const name = lists.find((list) => word === `--${list}` || word === `-${list}`);
    const next = words[index + 1];
    // A number below zero is a value.
    if (name === undefined || (next !== undefined && !/^-(?!\d)/.test(next))) continue;
    const fix =
      next === undefined ? `Run "${command} --help".` : `For a value that starts with "-", write --${name}=${next}`;
    throw usageError(command, `--${name} needs a value`, fix);
  }
}

function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

function checkExclusive(flags: ReadonlySet<string>, { command, exclusive = [] }: OptionRules): void {
  const clashing = [...flags].filter((name) => exclusive.includes(name)).map((name) => `--${name}`);
  if (clashing.length < 2) return;
  throw usageError(command, `${clashing.join(' and ')} cannot be combined`, 'Choose one.');
}

function checkNames(given: readonly string[], known: readonly string[], rules: OptionRules): void {
  for (const name of given) {
    if (known.includes(name)) continue;
    const suggestion = nearest(name, known);
    throw usageError(
      rules.command,
      `unknown option "${name.length === 1 ? '-' : '--'}${name}"`,
      suggestion ? `Did you mean "--${suggestion}"?` : `Run "${rules.command} --help".`,
    );
  }
}

function checkOperands(operands: readonly string[], rules: OptionRules): void {
  const { operands: names = [], optionalOperands = [] } = rules;
  const most = [...names, ...optionalOperands];
  const extra = rules.isLastRepeated === true ? undefined : operands[most.length];
  if (extra !== undefined) {
    const takes = most.length === 0 ? 'it takes no argument' : `it takes ${most.join(' and ')} only`;
    throw usageError(rules.command, `${takes}, got "${extra}"`, 'Leave it out.');
  }
  const missing = names[operands.length];
  if (missing !== undefined) throw usageError(rules.command, `${missing} is missing`, `Run "${rules.command} --help".`);
}
