import { isOptmlError } from '../../errors/error.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { JobRecord } from '../../jobs/record.ts';

/** What the operations of CloudWatch Logs read. */
export interface LogsContext {
  readonly store: JobStore;
  readonly accountId: string;
  readonly region: string;
}

/** The record of the job that a stream or a prefix names before its slash; undefined if there is no such job. */
export function recordOf({ store }: LogsContext, name: string): JobRecord | undefined {
  try {
    return store.read(name);
  } catch (error) {
    if (isOptmlError(error) && error.code === 'JOB_NOT_FOUND') return undefined;
    throw error;
  }
}
