import type { ProcessEnd } from '../../process/process-end.ts';

/** A rank that failed. */
export interface RankFailure {
  /** Which one, for people: `rank 3 on algo-2`. */
  readonly who: string;
  readonly end: ProcessEnd;
}

/** A job that cannot go on because a host is missing. */
export interface HostLoss {
  readonly host: string;
  readonly why: string;
}

/** Why a job of several hosts failed. */
export type RoundFailure = { readonly rank: RankFailure } | { readonly lost: HostLoss };

/** Whether a process failed, or had to be killed. */
export function isFailedEnd({ exitCode, isKilledAfterGrace }: ProcessEnd): boolean {
  return exitCode !== 0 || isKilledAfterGrace;
}

/** The failure that a host reports, of one of its own processes: a host cannot name another one. */
export function ofHost(host: string, failure: RankFailure): RankFailure {
  return failure.who.endsWith(` on ${host}`) ? failure : { ...failure, who: `a process on ${host}` };
}
