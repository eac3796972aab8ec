import { setTimeout as after } from 'node:timers/promises';
import { describeTrainingJob } from '../../jobs/describe/describe.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { fileLogSource } from '../../jobs/logs/file-log-source.ts';
import type { LogToken } from '../../jobs/logs/log-source.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { hasEnded } from '../../jobs/status.ts';
import { isOver } from '../../jobs/wait-for-end.ts';
import type { FollowOptions, JobUpdate } from '../cloud/cloud-platform.ts';
import { pointsReader } from './local-metrics.ts';
import { linesOf } from './log-lines.ts';

const POLL_MS = 100;

/**
 * What happens to a job of this machine from its start until it has ended, whichever process runs it. It reads what is recorded:
 * output and metrics are complete before the final status is.
 *
 * @throws OptmlError JOB_NOT_FOUND; the reason of `signal`.
 */
export async function* followLocalJob(
  store: JobStore,
  name: string,
  { hasLogs = true, signal }: FollowOptions = {},
): AsyncGenerator<JobUpdate> {
  const dir = store.folderOf(name);
  const tokens = new Map<string, LogToken>();
  const source = fileLogSource(dir, { hasEnded: () => isOver(store.read(name)) });
  const readPoints = pointsReader(dir);
  let shown = 0;
  for (;;) {
    signal?.throwIfAborted();
    const record = store.read(name);
    const updates = statusUpdates(record, shown);
    shown += updates.length;
    // A job that has ended shows its output before its last status.
    const last = hasEnded(record.TrainingJobStatus) ? updates.splice(-1) : [];
    yield* updates;
    if (hasLogs) {
      for (const host of await source.hosts()) yield* newLines(source, host, tokens);
    }
    for (const { time, name: metric, value } of readPoints()) yield { type: 'metric', time, name: metric, value };
    yield* last;
    if (isOver(record)) {
      yield { type: 'end', time: Date.now(), description: describeTrainingJob(record) };
      return;
    }
    await after(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
  }
}

function statusUpdates(record: JobRecord, from: number): JobUpdate[] {
  const { SecondaryStatusTransitions: transitions, TrainingJobStatus: final } = record;
  return transitions.slice(from).map(({ Status, StartTime, StatusMessage }, index) => {
    const isLast = from + index === transitions.length - 1;
    const status = isLast ? final : Status === 'Stopping' ? 'Stopping' : 'InProgress';
    return { type: 'status', time: StartTime * 1000, status, secondaryStatus: Status, message: StatusMessage };
  });
}

async function* newLines(
  source: ReturnType<typeof fileLogSource>,
  host: string,
  tokens: Map<string, LogToken>,
): AsyncGenerator<JobUpdate> {
  for (;;) {
    const { parts, next } = await source.read(host, tokens.get(host));
    tokens.set(host, next);
    if (parts.length === 0) return;
    for (const part of parts) for (const line of linesOf(part)) yield { type: 'log', ...line };
  }
}
