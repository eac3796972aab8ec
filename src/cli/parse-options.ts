import parser from 'yargs-parser';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { OptmlError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';

/** What a command accepts. */
export interface OptionRules {
  /** For messages, such as `optml env`. */
  readonly command: string;
  /** Names of the words that it takes besides options, all of them needed. */
  readonly words?: readonly string[];
  /** Names of options without a value. */
  readonly flags: readonly string[];
  /** Names of options with a value. */
  readonly values?: readonly string[];
  /** Options of one letter → what they stand for. */
  readonly short?: Readonly<Record<string, string>>;
  /** Options that cannot stand together. */
  readonly exclusive?: readonly string[];
}

/** What was given. */
export interface GivenOptions {
  /** As many as the rules name; none with `--help`. */
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

/**
 * The words and options that were given. With the flag `help` no word is needed.
 *
 * @throws OptmlError USAGE with the nearest known name, exit code 2.
 */
export function parseOptions(args: readonly string[], rules: OptionRules): GivenOptions {
  const { values: valueNames = [], short = {} } = rules;
  const parsed = parser([...args], {
    boolean: [...rules.flags],
    string: [...valueNames, '_'],
    alias: Object.fromEntries(Object.entries(short).map(([letter, name]) => [name, letter])),
    configuration: {
      'camel-case-expansion': false,
      'boolean-negation': false,
      'dot-notation': false,
      'short-option-groups': false,
      // A flag given twice stays a flag.
      'duplicate-arguments-array': false,
      'strip-aliased': true,
      'parse-positional-numbers': false,
    },
  });
  const { _: words, ...options } = parsed;
  checkNames(Object.keys(options), [...rules.flags, ...valueNames], rules);
  const flags = new Set(rules.flags.filter((name) => options[name] === true));
  const clashing = [...flags].filter((name) => rules.exclusive?.includes(name));
  if (clashing.length > 1) {
    throw usage(rules, `${clashing.map((name) => `--${name}`).join(' and ')} cannot stand together`, 'Choose one.');
  }
  if (!flags.has('help')) checkWords(words.map(String), rules);
  const values = new Map<string, string>();
  for (const name of valueNames.filter((key) => options[key] !== undefined)) {
    if (options[name] === '') throw usage(rules, `--${name} needs a value`, `Run "${rules.command} --help".`);
    values.set(name, String(options[name]));
  }
  return { words: words.map(String), flags, values };
}

function checkNames(given: readonly string[], known: readonly string[], rules: OptionRules): void {
  for (const name of given) {
    if (known.includes(name)) continue;
    const suggestion = nearest(name, known);
    throw usage(
      rules,
      `unknown option "${name.length === 1 ? '-' : '--'}${name}"`,
      suggestion ? `Did you mean "--${suggestion}"?` : `Run "${rules.command} --help".`,
    );
  }
}

function checkWords(words: readonly string[], rules: OptionRules): void {
  const { words: names = [] } = rules;
  const extra = words[names.length];
  if (extra !== undefined) {
    const takes = names.length === 0 ? 'it takes no argument' : `it takes ${names.join(' and ')} only`;
    throw usage(rules, `${takes}, got "${extra}"`, 'Leave it out.');
  }
  const missing = names[words.length];
  if (missing !== undefined) throw usage(rules, `${missing} is missing`, `Run "${rules.command} --help".`);
}

function usage(rules: OptionRules, message: string, fix: string): OptmlError {
  return new OptmlError('USAGE', `${rules.command}: ${message}`, { fix, exitCode: EXIT_CODES.usage });
}
