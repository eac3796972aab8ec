import { maskNamed } from '../log/masking/named-values.ts';
import { quoteCommand, quoteWord } from '../process/quote-command.ts';
import type { Evidence } from './check.ts';
import type { ValidateOptions } from './validate-image.ts';

/** The command that asks one check again, as words. Undefined where no command line can express the options. */
export type Reproduce = (id: string) => readonly string[] | undefined;

/**
 * How a validation with these options is repeated on the command line, in their `baseDir`. No command can for a job that is in
 * no file or was read from a pipe, or for a hyperparameter whose name contains "=".
 */
export function reproduction(options: ValidateOptions): Reproduce {
  const { image, project, command, job, engine, pull, timeoutSeconds } = options;
  const named = [options.failingHyperparameters, options.longHyperparameters].flatMap((all) => Object.keys(all ?? {}));
  const isUnnamed = named.some((name) => name === '' || name.includes('='));
  if ((job !== undefined && typeof job !== 'string') || isPipe(job) || isUnnamed) return () => undefined;
  const target = project === undefined ? image : asFolder(project);
  const words = [
    'optml',
    'validate',
    ...(target === undefined ? [] : [target]),
    ...(command === undefined ? [] : option('--command', quoteCommand(command))),
    ...(job === undefined ? [] : option('--job', job)),
    ...pairs('--failing', options.failingHyperparameters),
    ...pairs('--long', options.longHyperparameters),
    ...(engine === undefined ? [] : ['--engine', engine]),
    ...(pull === undefined ? [] : ['--pull', pull]),
    ...(timeoutSeconds === undefined ? [] : ['--timeout', wholeSeconds(timeoutSeconds)]),
    ...(options.strict === true ? ['--strict'] : []),
  ];
  return (id) => [...words, '--only', id, '--verbose'];
}

/** Whether the job file was `/dev/stdin` or `<(command)` of a shell: its content is gone. */
function isPipe(job: string | undefined): boolean {
  return job !== undefined && /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/.test(job);
}

// A word without a path could also be an image, or an option.
function asFolder(project: string): string {
  return /^(?:\.{0,2}\/|\.{1,2}$|file:)/.test(project) ? project : `./${project}`;
}

// A value that begins with "-" looks like an option.
function option(name: string, value: string): readonly string[] {
  return value.startsWith('-') ? [`${name}=${value}`] : [name, value];
}

// The command line takes whole seconds from 1 on.
const MOST_SECONDS = 999_999;

function wholeSeconds(seconds: number): string {
  return String(Math.min(MOST_SECONDS, Math.max(1, Math.ceil(seconds))));
}

function pairs(name: string, values: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.entries(values).flatMap(([key, value]) => option(name, `${key}=${maskNamed(key, value)}`));
}

/**
 * Evidence of a run with the command that repeats it. The engine's own call, without the folders and the configuration of the
 * prepared job, shows less than that: it becomes a note.
 */
export function repeatable(evidence: Evidence, command: readonly string[] | undefined): Evidence {
  const { command: ran, notes = [] } = evidence;
  if (ran === undefined || command === undefined) return evidence;
  return { ...evidence, command, notes: [...notes, `Ran: ${ran.map(quoteWord).join(' ')}`] };
}
