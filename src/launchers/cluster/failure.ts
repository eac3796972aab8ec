import type { ProcessEnd } from '../../process/process-end.ts';

/** A rank that failed. */
export interface RankFailure {
  /** Which one, for people: `rank 3 on algo-2`. */
  readonly who: string;
  readonly end: ProcessEnd;
}

/** A job that cannot go on for want of a host. */
export interface HostLoss {
  readonly host: string;
  readonly why: string;
}

/** Why a job of several hosts failed. */
export type RoundFailure = { readonly rank: RankFailure } | { readonly lost: HostLoss };
