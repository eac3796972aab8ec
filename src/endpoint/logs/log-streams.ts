import { HostLog } from '../../jobs/logs/host-log.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { hasEnded } from '../../jobs/status.ts';

/** The group of all training jobs. */
export const LOG_GROUP = '/aws/sagemaker/TrainingJobs';

/** The log of a host in one attempt of its job. */
export interface LogStream {
  /** `JOB/HOST-SECONDS`. */
  readonly name: string;
  readonly host: string;
  /** When the attempt began, in milliseconds since 1970. */
  readonly createdAt: number;
  /** The time from which on lines are of this attempt, and of a later one, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/**
 * The streams of a job: one for each host and attempt, from the moment at which the hosts start, also of hosts that write
 * nothing. In the order of the attempts, then of the hosts.
 */
export function logStreamsOf(record: JobRecord): readonly LogStream[] {
  return attemptsOf(record).flatMap(({ createdAt, second, from, until }) =>
    record.hosts.map((host) => ({
      name: `${record.TrainingJobName}/${host}-${second}`,
      host,
      createdAt,
      from,
      until,
    })),
  );
}

interface Attempt {
  readonly createdAt: number;
  /** The last part of its streams' names: seconds since 1970, for each attempt others. */
  readonly second: number;
  readonly from: number;
  readonly until: number;
}

function attemptsOf(record: JobRecord): readonly Attempt[] {
  const attempts: Attempt[] = [];
  let from = 0;
  for (const { Status: status, StartTime: time } of record.SecondaryStatusTransitions) {
    if (status === 'Interrupted' || status === 'Restarting') from = time * 1000;
    if (status !== 'Training') continue;
    const last = attempts.at(-1);
    if (last !== undefined) attempts[attempts.length - 1] = { ...last, until: from };
    const second = Math.max(Math.floor(time), (last?.second ?? 0) + 1);
    attempts.push({ createdAt: Math.floor(time * 1000), second, from, until: Number.POSITIVE_INFINITY });
  }
  return attempts;
}

/** What of the log of a host belongs to a stream. To be closed. */
export class StreamLog {
  readonly log: HostLog;
  /** The first byte, and the one behind the last. */
  readonly start: number;
  readonly end: number;

  constructor(dir: string, record: JobRecord, { host, from, until }: LogStream) {
    this.log = new HostLog(dir, host, hasEnded(record.TrainingJobStatus));
    this.start = from === 0 ? 0 : this.log.offsetAt(from);
    this.end = Number.isFinite(until) ? this.log.offsetAt(until) : this.log.size;
  }

  close(): void {
    this.log.close();
  }
}
