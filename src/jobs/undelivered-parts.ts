import { KILLED_REASON } from './job-store.ts';
import type { JobRecord } from './record.ts';
import type { SecondaryStatus } from './status.ts';

/** What of an ended job has not been delivered. */
export interface UndeliveredParts {
  readonly artifacts: boolean;
  readonly checkpoints: boolean;
}

// Before the hosts run, and between two attempts, the folders of the hosts hold incomplete copies of checkpoints at most.
const WITH_HOSTS: ReadonlySet<SecondaryStatus> = new Set(['Training', 'Stopping', 'Uploading']);

/** What of an ended job has not been delivered, as far as its record shows. Its hosts may have left nothing of it. */
export function undeliveredParts(record: JobRecord): UndeliveredParts {
  // A kill may come between the end of the hosts and the record of it.
  const isKilled = isKilledWithHosts(record);
  const hasCheckpoints = record.request.CheckpointConfig !== undefined;
  return {
    artifacts: isKilled || record.undelivered !== undefined,
    checkpoints: hasCheckpoints && (isKilled || record.hasUncopiedCheckpoints === true),
  };
}

/** Whether `optml deliver` has, or may have, something of an ended job to deliver. */
export function hasUndelivered(record: JobRecord): boolean {
  const { artifacts, checkpoints } = undeliveredParts(record);
  return record.undelivered !== undefined || (record.leftovers.length > 0 && (artifacts || checkpoints));
}

function isKilledWithHosts(record: JobRecord): boolean {
  const { FailureReason: reason, SecondaryStatusTransitions: steps, haveHostsBegun } = record;
  const last = steps.at(-2)?.Status;
  // The status follows once all hosts have started.
  const areThere = haveHostsBegun === true || (last !== undefined && WITH_HOSTS.has(last));
  return reason === KILLED_REASON && areThere;
}
