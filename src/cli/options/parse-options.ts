import parser from 'yargs-parser';
import { nearest } from '../../errors/nearest.ts';
import { usageError } from './usage-error.ts';

/** What a command accepts. */
export interface OptionRules {
  /** For messages, such as `optml env`. */
  readonly command: string;
  /** Names of the words that it takes besides options, all of them needed. */
  readonly operands?: readonly string[];
  /** Names of words after those, which may be left out. */
  readonly optionalOperands?: readonly string[];
  /** Names of options without a value. */
  readonly flags: readonly string[];
  /** Names of options with a value. */
  readonly values?: readonly string[];
  /** Names of options with a value that may be given several times. */
  readonly lists?: readonly string[];
  /** Options of one letter → what they stand for. */
  readonly short?: Readonly<Record<string, string>>;
  /** Options that cannot stand together. */
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
  const { values: valueNames = [], lists: listNames = [], short = {} } = rules;
  const parsed = parser([...args], {
    boolean: [...rules.flags],
    string: [...valueNames, ...listNames, '_'],
    array: [...listNames],
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
  const { _: operands, ...all } = parsed;
  // Of what may be given once the last counts.
  const options = Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      name,
      Array.isArray(value) && !listNames.includes(name) ? value.at(-1) : value,
    ]),
  );
  checkNames(Object.keys(options), [...rules.flags, ...valueNames, ...listNames], rules);
  const flags = new Set(rules.flags.filter((name) => options[name] === true));
  const clashing = [...flags].filter((name) => rules.exclusive?.includes(name));
  if (clashing.length > 1) {
    throw usageError(
      rules.command,
      `${clashing.map((name) => `--${name}`).join(' and ')} cannot stand together`,
      'Choose one.',
    );
  }
  if (!flags.has('help')) checkOperands(operands.map(String), rules);
  const values = new Map<string, string>();
  for (const name of valueNames.filter((key) => options[key] !== undefined)) {
    if (options[name] === '')
      throw usageError(rules.command, `--${name} needs a value`, `Run "${rules.command} --help".`);
    values.set(name, String(options[name]));
  }
  const lists = new Map<string, readonly string[]>();
  for (const name of listNames) {
    const given = ((options[name] ?? []) as readonly unknown[]).map(String);
    if (given.includes(''))
      throw usageError(rules.command, `--${name} needs a value`, `Run "${rules.command} --help".`);
    lists.set(name, given);
  }
  return { command: rules.command, operands: operands.map(String), flags, values, lists };
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
  const extra = operands[most.length];
  if (extra !== undefined) {
    const takes = most.length === 0 ? 'it takes no argument' : `it takes ${most.join(' and ')} only`;
    throw usageError(rules.command, `${takes}, got "${extra}"`, 'Leave it out.');
  }
  const missing = names[operands.length];
  if (missing !== undefined) throw usageError(rules.command, `${missing} is missing`, `Run "${rules.command} --help".`);
}
