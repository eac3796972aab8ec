import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { JobOwner } from '../../jobs/record.ts';

/** Label of everything that a job has in the engine. */
export const JOB_LABEL = 'optml.job';
const HOME_LABEL = 'optml.home';
/** Label that names the process which runs the job. */
export const RUNNER_LABEL = 'optml.runner';

/** Whose a job is: the home that records it (an absolute path) and the process that runs it. */
export interface Owner {
  readonly home: string;
  readonly runner: JobOwner;
}

/** The labels of a job's containers and network, by which the next start finds what a killed one has left. */
export function jobLabels(job: string, { home, runner }: Owner): readonly string[] {
  return [`${JOB_LABEL}=${job}`, homeLabel(home), `${RUNNER_LABEL}=${runnerText(runner)}`];
}

/** Tells the home. As a hash, since engines read patterns in what they are asked to filter by. */
export function homeLabel(home: string): string {
  return `${HOME_LABEL}=${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
}

function runnerText({ pid, startTicks }: JobOwner): string {
  return `${pid}/${startTicks}/${hostname()}`;
}

/** The process of a runner's label, or undefined where it is one of another machine (engines can be reached from several). */
export function runnerOf(label: string): JobOwner | undefined {
  const [, pid, startTicks = '', machine] = /^(\d+)\/([^/]*)\/(.*)$/.exec(label) ?? [];
  return pid !== undefined && machine === hostname() ? { pid: Number(pid), startTicks } : undefined;
}
