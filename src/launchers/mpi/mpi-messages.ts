import {
  anyOf,
  isObject,
  listOf,
  membersOf,
  type Read,
  readFlag,
  textOf,
  wholeOf,
  wordOf,
} from '../../json/read-value.ts';
import type { ProcessEnd } from '../../process/process-end.ts';
import { OTHER_SIGNALS, STOP_SIGNALS } from '../../process/signals.ts';
import type { RankFailure } from '../cluster/failure.ts';
import {
  type FinishMessage,
  type Message,
  type Protocol,
  readEnd,
  readRankFailure,
  readStop,
  type StopMessage,
} from '../cluster/messages.ts';

/** What any host sends to the coordinator. */
export type FromMpiHost =
  /** A rank has started here. */
  | (Message & { readonly type: 'rank'; readonly rank: number })
  /** A rank failed by itself. */
  | (Message & { readonly type: 'failed'; readonly failure: RankFailure })
  /** While the job is being stopped: no rank runs here any more; what they return is withheld. */
  | (Message & { readonly type: 'idle' })
  /** This host received a stop. */
  | StopMessage;

/** What the coordinator receives, also from its own host. */
export type ToMpiCoordinator =
  | FromMpiHost
  /** `mpirun` has ended. It runs on the first host: no other host can send this. */
  | (Message & { readonly type: 'over'; readonly end: ProcessEnd });

/** What the coordinator sends to every host about its ranks. */
export type MpiOrder =
  | (Message & { readonly type: 'start' })
  /** End the ranks, since one has failed. */
  | (Message & { readonly type: 'abort' })
  /** Every rank has ended: `mpirun` may learn of it. */
  | (Message & { readonly type: 'release' });

/** What the coordinator sends to every host. */
export type ToMpiHost = MpiOrder | StopMessage | FinishMessage;

// Ranks of all hosts together. The first host keeps a name for each.
const MOST_RANKS = 65_536;

/** The messages of an MPI job. */
export const MPI_PROTOCOL: Protocol<FromMpiHost, MpiOrder> = {
  readAbout: wholeOf(0, 0),
  readFromHost: anyOf<readonly FromMpiHost[]>(
    membersOf({ type: wordOf('rank'), rank: wholeOf(0, MOST_RANKS - 1) }),
    membersOf({ type: wordOf('failed'), failure: readRankFailure }),
    membersOf({ type: wordOf('idle') }),
    readStop,
  ),
  readToHost: anyOf<readonly MpiOrder[]>(
    membersOf({ type: wordOf('start') }),
    membersOf({ type: wordOf('abort') }),
    membersOf({ type: wordOf('release') }),
  ),
};

/** What a host's `train` sends to the program that stands around a rank. */
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
  readonly variables: Readonly<Record<string, string>>;
  /** Names of variables that count even where `mpirun` passes on the first host's. */
  readonly ownNames: readonly string[];
}

/** What the program around a rank sends to its host's `train`. */
export type FromRank =
  | (Message & { readonly type: 'hello'; readonly rank: number })
  /** `isEndedForOthers`: it was ended because of another's failure, and says nothing about itself. */
  | (Message & { readonly type: 'ended'; readonly end: ProcessEnd; readonly isEndedForOthers: boolean });

/** Reads what a rank sends: any process of the job on this host can. */
export const readFromRank: Read<FromRank> = anyOf<readonly FromRank[]>(
  membersOf({ type: wordOf('hello'), rank: wholeOf(0, MOST_RANKS - 1) }),
  membersOf({ type: wordOf('ended'), end: readEnd, isEndedForOthers: readFlag }),
);

// The system limits what a program can be started with; the line that carries it has a limit too.
const anyText = textOf(Number.MAX_SAFE_INTEGER);

const readVariables: Read<Readonly<Record<string, string>>> = (value) => {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined;
};

const graceSeconds: Read<number> = (value) => (typeof value === 'number' && value >= 0 ? value : undefined);

/** Reads what the `train` of the host sends to a rank. */
export const readToRank: Read<ToRank> = anyOf<readonly ToRank[]>(
  membersOf({
    type: wordOf('environment'),
    cwd: anyText,
    graceSeconds,
    variables: readVariables,
    ownNames: listOf(anyText, Number.MAX_SAFE_INTEGER),
  }),
  membersOf({ type: wordOf('signal'), signal: wordOf<NodeJS.Signals>(...STOP_SIGNALS, ...OTHER_SIGNALS) }),
  membersOf({ type: wordOf('abort') }),
  membersOf({ type: wordOf('exit') }),
);
