import { type JobStore, openStore } from '../jobs/job-store.ts';
import type { JobRecord } from '../jobs/record.ts';
import { isOfNewerVersion } from '../jobs/record-shape.ts';
import { printMessage } from '../log/print.ts';
import type { GivenOptions } from './options/parse-options.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';
import { newerVersion } from './view/newer-version.ts';

/** The job that a command names, and the other options of the command. */
interface OpenedJob {
  readonly name: string;
  /** As it was when the command started. */
  readonly record: JobRecord;
  readonly store: JobStore;
  readonly given: GivenOptions;
}

/**
 * Reads the options of a command about one job, `JOB`, and finds that job. Undefined with `--help`, which it has printed.
 *
 * @throws OptmlError for a wrong option or an unknown job.
 */
export function openJob(
  args: readonly string[],
  variables: Readonly<NodeJS.ProcessEnv>,
  rules: Omit<CommandRules, 'operands'>,
): OpenedJob | undefined {
  const given = readOptions(args, { ...rules, operands: ['JOB'] });
  if (given === undefined) return undefined;
  const [name = ''] = given.operands;
  const store = openStore(variables);
  const record = store.read(name);
  if (isOfNewerVersion(record)) printMessage(`Warning: ${newerVersion([name])}`);
  return { name, record, store, given };
}
