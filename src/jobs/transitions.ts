import type { JobRecord } from './record.ts';
import { hasEnded, type SecondaryStatus, type StatusTransition, type TrainingJobStatus } from './status.ts';

/** What the platform says of each status (contract C58). */
export const STATUS_MESSAGES: Readonly<Record<SecondaryStatus, string>> = {
  Pending: 'Waiting for other jobs of this machine to end',
  Starting: 'Preparing the instances for training',
  Downloading: 'Downloading the training image',
  Training: 'Training image download completed. Training in progress.',
  Uploading: 'Uploading generated training model',
  Completed: 'Training job completed',
  Failed: 'Training job failed',
  Stopping: 'Stopping the training job',
  Stopped: 'Training job stopped',
  MaxRuntimeExceeded: 'Training job runtime exceeded MaxRuntimeInSeconds provided',
  MaxWaitTimeExceeded: 'Training job exceeded MaxWaitTimeInSeconds provided',
  Interrupted: 'Training job interrupted: its spot capacity was taken away',
  Restarting: 'Restarting the training job',
};

// What a job waits in, and does not pay for.
const UNBILLED: ReadonlySet<SecondaryStatus> = new Set(['Pending', 'Starting', 'Interrupted']);

/**
 * The record after its job moved on to `status`, or said something new in the same one: consecutive messages of one
 * status are one entry, and the last stands (contract C58). A final status sets the times of the whole job. `now` in
 * milliseconds since 1970; a clock that was set back makes no entry end before it began.
 */
export function moved(
  record: JobRecord,
  status: SecondaryStatus,
  message: string = STATUS_MESSAGES[status],
  now: number = Date.now(),
): JobRecord {
  const entries = record.SecondaryStatusTransitions;
  const last = entries.at(-1);
  const time = Math.max(now / 1000, last?.StartTime ?? 0);
  const jobStatus = jobStatusOf(status, record.TrainingJobStatus);
  const isFinal = hasEnded(jobStatus);
  const entry = { Status: status, StartTime: time, ...(isFinal && { EndTime: time }), StatusMessage: message };
  const transitions =
    last?.Status === status
      ? [...entries.slice(0, -1), { ...last, StatusMessage: message }]
      : [...entries.slice(0, -1), ...(last === undefined ? [] : [{ ...last, EndTime: time }]), entry];
  const next: JobRecord = {
    ...record,
    TrainingJobStatus: jobStatus,
    SecondaryStatus: status,
    SecondaryStatusTransitions: transitions,
    LastModifiedTime: time,
    ...(status === 'Downloading' && { TrainingStartTime: record.TrainingStartTime ?? time }),
  };
  return isFinal && last?.Status !== status ? withTimes(next, time) : next;
}

/** The status of a job in `status`, which had `before`. A job that is being stopped stays so while it uploads. */
export function jobStatusOf(status: SecondaryStatus, before: TrainingJobStatus): TrainingJobStatus {
  switch (status) {
    case 'Completed':
    case 'Failed':
    case 'Stopped':
    case 'Stopping':
      return status;
    case 'MaxRuntimeExceeded':
    case 'MaxWaitTimeExceeded':
      return 'Stopped';
    default:
      return before === 'Stopping' ? 'Stopping' : 'InProgress';
  }
}

// `TrainingEndTime` is after the upload; for a failed job, when the failure was seen, which is when the upload began.
function withTimes(record: JobRecord, time: number): JobRecord {
  const before = record.SecondaryStatusTransitions.at(-2);
  const isSeenBefore = record.SecondaryStatus === 'Failed' && before?.Status === 'Uploading';
  const end = record.TrainingEndTime ?? (isSeenBefore ? before.StartTime : time);
  const start = record.TrainingStartTime;
  if (start === undefined) return { ...record, TrainingEndTime: end };
  const billed = record.SecondaryStatusTransitions.filter(({ Status }) => !UNBILLED.has(Status));
  return {
    ...record,
    TrainingEndTime: end,
    TrainingTimeInSeconds: wholeSeconds(end - start),
    BillableTimeInSeconds: wholeSeconds(billed.reduce((sum, entry) => sum + lengthWithin(entry, start, end), 0)),
  };
}

function lengthWithin(entry: StatusTransition, start: number, end: number): number {
  return Math.max(0, Math.min(entry.EndTime ?? end, end) - Math.max(entry.StartTime, start));
}

// The API's least is 1.
function wholeSeconds(seconds: number): number {
  return Math.max(1, Math.round(seconds));
}
