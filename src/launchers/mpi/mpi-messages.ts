import type { ProcessEnd } from '../../process/process-end.ts';
import type { RankFailure, RoundFailure } from '../cluster/failure.ts';
import type { Message } from '../cluster/line-connection.ts';

/** What a host tells the coordinator. */
export type ToMpiCoordinator =
  /** A rank has started here. */
  | (Message & { readonly type: 'rank'; readonly rank: number })
  /** A rank failed by itself. */
  | (Message & { readonly type: 'failed'; readonly failure: RankFailure })
  /** While the job is being stopped: no rank runs here any more; what they return is withheld. */
  | (Message & { readonly type: 'idle' })
  /** This host was told to stop. */
  | (Message & { readonly type: 'stop'; readonly signal: NodeJS.Signals })
  /** `mpirun` has ended. */
  | (Message & { readonly type: 'over'; readonly end: ProcessEnd });

/** What the coordinator tells every host. */
export type ToMpiHost =
  | (Message & { readonly type: 'start' })
  | (Message & { readonly type: 'stop'; readonly signal: NodeJS.Signals })
  /** End the ranks, since one has failed. */
  | (Message & { readonly type: 'abort' })
  /** Every rank has ended: `mpirun` may learn of it. */
  | (Message & { readonly type: 'release' })
  | (Message & { readonly type: 'finish'; readonly failure: RoundFailure | null });

/** What a host's `train` tells the program that stands around a rank. */
export type ToRank =
  | (Message & { readonly type: 'environment' } & RankEnvironment)
  | (Message & { readonly type: 'signal'; readonly signal: NodeJS.Signals })
  | (Message & { readonly type: 'abort' })
  /** It may end, as the rank did. */
  | (Message & { readonly type: 'exit' });

/** What a rank gets of its own host. */
export interface RankEnvironment {
  readonly cwd: string;
  readonly graceSeconds: number;
  /** The host's whole environment. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Names of variables that count even where `mpirun` passes on the first host's. */
  readonly ownNames: readonly string[];
}

/** What the program around a rank tells its host's `train`. */
export type FromRank =
  | (Message & { readonly type: 'hello'; readonly rank: number })
  /** `isEndedForOthers`: it was ended because of another's failure, and says nothing about itself. */
  | (Message & { readonly type: 'ended'; readonly end: ProcessEnd; readonly isEndedForOthers: boolean });
