import type { OptionForm } from '../../engines/option-forms.ts';
import { quoteValue } from '../../errors/quote-value.ts';
import type { GivenOptions } from './parse-options.ts';
import { usageError } from './usage-error.ts';

/** A kind of number: its digits, and the words that a message uses for it. */
interface NumberRule {
  readonly pattern: RegExp;
  readonly expected: string;
  readonly fix: string;
}

/** At most nine digits. */
export const WHOLE_NUMBER: NumberRule = numberRule(/^\d{1,9}$/);
/** Up to 10^15 - 1, which a number still has exactly. */
export const LARGE_NUMBER: NumberRule = numberRule(/^\d{1,15}$/);
/** More than 0, less than 12 days. */
export const SECONDS: NumberRule = {
  pattern: /^[1-9]\d{0,5}$/,
  expected: 'a whole number of seconds',
  fix: 'Give it in digits.',
};

function numberRule(pattern: RegExp): NumberRule {
  return { pattern, expected: 'a whole number', fix: 'Give it in plain digits.' };
}

/** The number that was given for an option; undefined without the option. @throws OptmlError USAGE. */
export function numberOf(
  { command, values }: GivenOptions,
  option: string,
  { pattern, expected, fix }: NumberRule,
): number | undefined {
  const text = values.get(option);
  if (text === undefined) return undefined;
  if (pattern.test(text)) return Number(text);
  throw usageError(command, `expected --${option} to be ${expected}, got ${quoteValue(text)}`, fix);
}

/** The value of an option that has to be one of `allowed`; undefined without the option. @throws OptmlError USAGE. */
export function oneOf<Value extends string>(
  { command, values }: GivenOptions,
  option: string,
  allowed: readonly Value[],
): Value | undefined {
  const text = values.get(option);
  if (text === undefined) return undefined;
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  const message = `expected --${option} to be ${allowed.join(', ')}, got ${quoteValue(text)}`;
  throw usageError(command, message, 'Give one of them.');
}

/** The value of an option that an engine reads; undefined without the option. @throws OptmlError USAGE. */
export function readable(
  { command, values }: GivenOptions,
  option: string,
  { accepts, expected, fix }: OptionForm,
): string | undefined {
  const text = values.get(option);
  if (text === undefined || accepts(text)) return text;
  throw usageError(command, `expected --${option} to be ${expected}, got ${quoteValue(text)}`, fix);
}

/** The names and values of an option that may be repeated. `form` names its parts. @throws OptmlError USAGE. */
export function pairsOf(
  { command, lists }: GivenOptions,
  option: string,
  form = 'NAME=VALUE',
): ReadonlyArray<readonly [string, string]> {
  return (lists.get(option) ?? []).map((pair) => {
    const equals = pair.indexOf('=');
    if (equals > 0) return [pair.slice(0, equals), pair.slice(equals + 1)];
    const message = `expected --${option} to be ${form}, got ${quoteValue(pair)}`;
    throw usageError(command, message, 'Put an equals sign between the two.');
  });
}

/** Values as a help text lists them: `a, b or c`. */
export function listed(values: readonly string[]): string {
  return values.join(', ').replace(/, ([^,]*)$/, ' or $1');
}
