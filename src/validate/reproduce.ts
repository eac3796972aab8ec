import { maskNamed } from '../log/masking/named-values.ts';
import { quoteCommand, quoteWord } from '../process/quote-command.ts';
import type { Evidence } from './check.ts';
import type { ValidateOptions } from './validate-image.ts';

/** The command that asks one check again, as words. Undefined for a job that is in no file. */
export type Reproduce = (id: string) => readonly string[] | undefined;

/** How a validation with these options is repeated on the command line, in the same folder. */
export function reproduction(options: ValidateOptions): Reproduce {
  const { image, project, command, job, engine, pull, timeoutSeconds } = options;
  if (job !== undefined && typeof job !== 'string') return () => undefined;
  const target = project ?? image;
  const words = [
    'optml',
    'validate',
    ...(target === undefined ? [] : [target]),
    ...(command === undefined ? [] : ['--command', quoteCommand(command)]),
    ...(job === undefined ? [] : ['--job', job]),
    ...pairs('--failing', options.failingHyperparameters),
    ...pairs('--long', options.longHyperparameters),
    ...(engine === undefined ? [] : ['--engine', engine]),
    ...(pull === undefined ? [] : ['--pull', pull]),
    ...(timeoutSeconds === undefined ? [] : ['--timeout', String(timeoutSeconds)]),
  ];
  return (id) => [...words, '--only', id, '--verbose'];
}

function pairs(option: string, values: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => [option, `${name}=${maskNamed(name, value)}`]);
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
