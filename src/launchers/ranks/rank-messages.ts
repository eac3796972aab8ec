import { anyOf, listOf, membersOf, type Read, wholeOf, wordOf } from '../../json/read-value.ts';
import type { RankFailure } from '../cluster/failure.ts';
import {
  type FinishMessage,
  type Message,
  type Protocol,
  readRankFailure,
  readStop,
  type StopMessage,
} from '../cluster/messages.ts';
import type { RankLayout } from './rank-variables.ts';

/** What a host sends to the coordinator. */
export type ToCoordinator =
  /** A rank failed; the others of this host are being ended. */
  | (Message & { readonly type: 'failed'; readonly round: number; readonly failure: RankFailure })
  /** No rank of this host runs any more. */
  | (Message & { readonly type: 'ended'; readonly round: number })
  /** This host received a stop. */
  | StopMessage;

/** What the coordinator sends to every host about its ranks. */
export type RankOrder =
  | (Message & { readonly type: 'start'; readonly round: number; readonly layout: RankLayout })
  | (Message & { readonly type: 'abort'; readonly round: number });

/** What the coordinator sends to every host. */
export type ToHost = RankOrder | StopMessage | FinishMessage;

/** What the messages of a job are checked against. */
export interface RankLimits {
  readonly hosts: readonly string[];
  readonly maxRestarts: number;
  /** Processes that each host may run. */
  readonly counts: { readonly least: number; readonly most: number };
}

/** The messages of ranks. Their numbers are bounded by the hosts of the job and its hyperparameters. */
export function rankProtocol({ hosts, maxRestarts, counts }: RankLimits): Protocol<ToCoordinator, RankOrder> {
  const round = wholeOf(0, maxRestarts);
  const count = wholeOf(counts.least, counts.most);
  const layout: Read<RankLayout> = listOf(hosts.map(() => count));
  return {
    readAbout: count,
    readFromHost: anyOf<readonly ToCoordinator[]>(
      membersOf({ type: wordOf('failed'), round, failure: readRankFailure }),
      membersOf({ type: wordOf('ended'), round }),
      readStop,
    ),
    readToHost: anyOf<readonly RankOrder[]>(
      membersOf({ type: wordOf('start'), round, layout }),
      membersOf({ type: wordOf('abort'), round }),
    ),
  };
}
