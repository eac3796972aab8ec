import type { RankFailure, RoundFailure } from '../cluster/failure.ts';
import type { Message } from '../cluster/line-connection.ts';
import type { RankLayout } from './rank-variables.ts';

/** What a host tells the coordinator. */
export type ToCoordinator =
  /** A rank failed; the others of this host are being ended. */
  | (Message & { readonly type: 'failed'; readonly round: number; readonly failure: RankFailure })
  /** No rank of this host runs any more. */
  | (Message & { readonly type: 'ended'; readonly round: number })
  /** This host was told to stop. */
  | (Message & { readonly type: 'stop'; readonly signal: NodeJS.Signals });

/** What the coordinator tells every host. */
export type ToHost =
  | (Message & { readonly type: 'start'; readonly round: number; readonly layout: RankLayout })
  | (Message & { readonly type: 'abort'; readonly round: number })
  | (Message & { readonly type: 'stop'; readonly signal: NodeJS.Signals })
  /** All is over, on every host. */
  | (Message & { readonly type: 'finish'; readonly failure: RoundFailure | null });
