import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { within } from '../concurrency/clock.ts';
import type { CleanUpFailure, JobStore } from '../jobs/job-store.ts';
import { REPORT_FILE } from '../report/report-file.ts';
import { removeLeftovers } from './job-leftovers.ts';
import { writeJobReport } from './job-report.ts';

// By then a job has started: it need not wait for what another job has left.
const CLEAN_UP_AFTER_MS = 1000;
const MOST_SHOWN = 5;

export interface CleanUpOptions {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly warn: (message: string) => void;
}

/**
 * While a job runs, removes what killed jobs have left, and writes their reports. Never rejects: `running`, the job, goes on
 * whatever fails here, and one warning says what did.
 */
export async function cleanUpBeside(
  running: Promise<unknown>,
  store: JobStore,
  options: CleanUpOptions,
): Promise<void> {
  await within(
    running.catch(() => undefined),
    CLEAN_UP_AFTER_MS,
  );
  await cleanUpKilled(store, options);
}

/** Removes what killed jobs have left, and writes their reports. Never rejects: one warning says what failed. */
export async function cleanUpKilled(store: JobStore, { variables, warn }: CleanUpOptions): Promise<void> {
  try {
    const failures = await cleanUp(store, variables);
    if (failures.length > 0) warn(failureText(failures));
  } catch (error) {
    warn(`Killed jobs could not be cleaned up; the next job tries again: ${(error as Error).message}`);
  }
}

function cleanUp(store: JobStore, variables: Readonly<NodeJS.ProcessEnv>): Promise<readonly CleanUpFailure[]> {
  return store.reconcile(async (record, dir) => {
    const changes = await removeLeftovers(record, dir, { home: store.jobsDir, variables });
    if (!existsSync(join(dir, REPORT_FILE))) await writeJobReport(dir, record);
    return changes;
  });
}

function failureText(failures: readonly CleanUpFailure[]): string {
  const shown = failures.slice(0, MOST_SHOWN).map(({ dir, error }) => `${dir} (${error.message})`);
  const more = failures.length - shown.length;
  return `The leftovers of killed jobs could not be removed; the next job tries again: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
