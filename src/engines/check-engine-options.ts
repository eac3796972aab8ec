import { OptmlError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';
import { quoteValue } from '../errors/quote-value.ts';
import { ENGINE_NAMES } from './engine-names.ts';
import { type EngineOptions, PULL_POLICIES } from './engine-options.ts';
import { OPTION_FORMS, type OptionForm } from './option-forms.ts';

/**
 * Checks options that a program passed, whose types no compiler may have checked. Options of commands are checked where they
 * are read.
 *
 * @throws OptmlError USAGE.
 */
export function checkEngineOptions(options: EngineOptions): void {
  checkOneOf('engine', options.engine, ENGINE_NAMES);
  checkOneOf('pull', options.pull, PULL_POLICIES);
  checkForm('gpus', options.gpus, OPTION_FORMS.gpus);
  checkForm('shmSize', options.shmSize, OPTION_FORMS.shmSize);
  checkForm('memory', options.memory, OPTION_FORMS.memory);
}

/** Checks an option in seconds: a number from 0 on, or absent. @throws OptmlError USAGE. */
export function checkSeconds(option: string, value: unknown): void {
  if (value === undefined || (typeof value === 'number' && value >= 0)) return;
  throw new OptmlError('USAGE', `expected the option \`${option}\` to be a number of seconds, got ${shown(value)}`, {
    fix: 'Pass a number from 0 on, or leave it out.',
  });
}

function checkOneOf(option: string, value: unknown, known: readonly string[]): void {
  if (value === undefined || known.includes(value as string)) return;
  const list = known.map((name) => `"${name}"`).join(', ');
  const near = nearest(String(value), known);
  throw new OptmlError('USAGE', `expected the option \`${option}\` to be one of ${list}, got ${shown(value)}`, {
    fix: near === undefined ? 'Pass one of them, or leave it out.' : `Did you mean "${near}"?`,
  });
}

function checkForm(option: string, value: unknown, { accepts, expected, fix }: OptionForm): void {
  if (value === undefined || (typeof value === 'string' && accepts(value))) return;
  throw new OptmlError('USAGE', `expected the option \`${option}\` to be ${expected}, got ${shown(value)}`, { fix });
}

function shown(value: unknown): string {
  return typeof value === 'string' ? quoteValue(value) : String(value);
}
