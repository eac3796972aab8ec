import parser from 'yargs-parser';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { OptmlError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';

/** What a command accepts. */
export interface OptionRules {
  /** For messages, such as `optml env`. */
  readonly command: string;
  /** Names of options without a value. */
  readonly flags: readonly string[];
  /** Options that cannot stand together. */
  readonly exclusive?: readonly string[];
}

/**
 * The flags that were given.
 *
 * @throws OptmlError USAGE with the nearest known name, exit code 2.
 */
export function parseOptions(args: readonly string[], rules: OptionRules): ReadonlySet<string> {
  const parsed = parser([...args], {
    boolean: [...rules.flags],
    configuration: {
      'camel-case-expansion': false,
      'boolean-negation': false,
      'dot-notation': false,
      'short-option-groups': false,
      // A flag given twice stays a flag.
      'duplicate-arguments-array': false,
    },
  });
  const { _: words, ...options } = parsed;
  if (words.length > 0) throw usage(rules, `it takes no argument, got "${words[0]}"`, 'Leave it out.');
  for (const name of Object.keys(options)) {
    if (rules.flags.includes(name)) continue;
    const suggestion = nearest(name, rules.flags);
    throw usage(
      rules,
      `unknown option "${name.length === 1 ? '-' : '--'}${name}"`,
      suggestion ? `Did you mean "--${suggestion}"?` : `Run "${rules.command} --help".`,
    );
  }
  const given = rules.flags.filter((name) => options[name] === true);
  const clashing = given.filter((name) => rules.exclusive?.includes(name));
  if (clashing.length > 1) {
    throw usage(rules, `${clashing.map((name) => `--${name}`).join(' and ')} cannot stand together`, 'Choose one.');
  }
  return new Set(given);
}

function usage(rules: OptionRules, message: string, fix: string): OptmlError {
  return new OptmlError('USAGE', `${rules.command}: ${message}`, { fix, exitCode: EXIT_CODES.usage });
}
