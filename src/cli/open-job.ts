import { type JobStore, openStore } from '../jobs/job-store.ts';
import type { JobRecord } from '../jobs/record.ts';
import { isOfNewerVersion } from '../jobs/record-shape.ts';
import { printMessage } from '../log/print.ts';
import type { GivenOptions } from './options/parse-options.ts';
import { newerVersion } from './view/newer-version.ts';

/** The job that a command names. */
interface OpenedJob {
  readonly name: string;
  /** As it was when the command started. */
  readonly record: JobRecord;
  readonly store: JobStore;
}

/** Finds the job that a command names as its first operand. @throws OptmlError for an unknown job. */
export function openJob({ operands: [name = ''] }: GivenOptions, variables: Readonly<NodeJS.ProcessEnv>): OpenedJob {
  const store = openStore(variables);
  const record = store.read(name);
  if (isOfNewerVersion(record)) printMessage(`Warning: ${newerVersion([name])}`);
  return { name, record, store };
}
