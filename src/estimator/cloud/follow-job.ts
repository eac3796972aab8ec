import type { AwsSession } from '../../aws/aws-session.ts';
import { monotonicMs } from '../../concurrency/clock.ts';
import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import { hasEnded } from '../../jobs/status.ts';
import type { FollowOptions, JobUpdate } from './cloud-platform.ts';
import { describeJob } from './describe-job.ts';
import { FinalMetrics } from './final-metrics.ts';
import { LineMetrics } from './line-metrics.ts';
import { LateLogs } from './logs/late-logs.ts';
import { LogTail } from './logs/log-tail.ts';
import { type Pace, Pauses } from './pace.ts';
import { sameJob } from './same-job.ts';
import { StatusUpdates } from './status-updates.ts';

/** What following a job needs. */
export interface Following {
  readonly session: AwsSession;
  readonly job: string;
  readonly pace: Pace;
  readonly warn: (message: string) => void;
  /** Only the lines of this host. */
  readonly host?: string | undefined;
  /** Whether to look for metrics in the lines. By default true. */
  readonly hasMetrics?: boolean;
}

// Logs of a job that ended so long ago are complete.
const LONG_AGO_SECONDS = 600;

/**
 * What happens to a job, from its start to its end. Lines that arrive after a status was seen come after it, also if they are
 * older. After the end it waits until the logs are silent, for a time that `pace` limits.
 *
 * @throws OptmlError; the reason of `signal`.
 */
export async function* followJob(
  { session, job, pace, warn, host, hasMetrics = true }: Following,
  { hasLogs = true, signal }: FollowOptions = {},
): AsyncGenerator<JobUpdate> {
  const statuses = new StatusUpdates();
  const tail = new LogTail(session, job);
  const pauses = new Pauses(pace);
  const finals = new FinalMetrics();
  const late = new LateLogs(pace);
  let metrics: LineMetrics | undefined;
  let description: TrainingJobDescription | undefined;
  let silentSince = monotonicMs();
  try {
    for (;;) {
      // Before the logs: those of a job that has ended are complete, or nearly.
      if (description === undefined || !hasEnded(description.TrainingJobStatus)) {
        description = sameJob(description, await describeJob(session, job, signal));
      }
      if (hasEnded(description.TrainingJobStatus)) late.begin(description);
      metrics ??= new LineMetrics(hasLogs && hasMetrics ? definitionsOf(description) : [], warn);
      const updates = [...statuses.next(description)];
      let hasNews = updates.length > 0;
      if (hasLogs) {
        for await (const line of tail.next((stream) => host === undefined || stream.host === host, signal)) {
          if (late.isOver(line.time)) break;
          hasNews = true;
          const given = monotonicMs();
          while (updates[0] !== undefined && updates[0].time <= line.time) yield updates.shift() as JobUpdate;
          yield { type: 'log', ...line };
          late.exclude(monotonicMs() - given);
          if (metrics.push(line)) yield* finals.note(await metrics.match());
        }
        yield* finals.note(await metrics.match());
      }
      yield* updates;
      if (!hasLogs) yield* finals.changed(description);
      if (hasNews) silentSince = monotonicMs();
      if (hasEnded(description.TrainingJobStatus)) {
        const isSilent = monotonicMs() - silentSince >= silenceMs(description, tail, pace);
        if (!hasLogs || isSilent || late.isOver()) break;
      }
      await pauses.next(hasNews, tail.streams, signal);
    }
    if (hasLogs && late.isOver()) {
      warn(
        `the logs of job ${job} go on after its end: the rest is not shown. Read it with: optml logs ${job} --cloud`,
      );
    }
    // Once more: the final metrics may have come after the status.
    description = sameJob(description, await describeJob(session, job, signal));
    yield* finals.missing(description);
    const time = (description.TrainingEndTime ?? description.LastModifiedTime ?? 0) * 1000;
    yield { type: 'end', time, description };
  } finally {
    await metrics?.close();
  }
}

/** How long the logs of an ended job must be silent. */
function silenceMs(description: TrainingJobDescription, tail: LogTail, pace: Pace): number {
  const { TrainingEndTime, LastModifiedTime, SecondaryStatusTransitions: transitions } = description;
  const end = TrainingEndTime ?? LastModifiedTime ?? 0;
  if (Date.now() / 1000 - end > LONG_AGO_SECONDS) return 0;
  const hasTrained = transitions.some(({ Status }) => Status === 'Training');
  const isComplete = !hasTrained || tail.hosts >= hostCount(description);
  return isComplete ? pace.quietMs : pace.missingMs;
}

function hostCount({ ResourceConfig: resources }: TrainingJobDescription): number {
  const groups = resources?.InstanceGroups;
  if (groups === undefined || groups.length === 0) return resources?.InstanceCount ?? 1;
  return groups.reduce((sum, { InstanceCount = 0 }) => sum + InstanceCount, 0);
}

function definitionsOf({ AlgorithmSpecification: algorithm }: TrainingJobDescription) {
  return algorithm?.MetricDefinitions ?? [];
}
