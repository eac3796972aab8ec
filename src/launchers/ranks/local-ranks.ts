import type { ProcessEnd } from '../../process/process-end.ts';
import type { Command } from '../../process/supervise.ts';
import { isFailedEnd, type RankFailure } from '../cluster/failure.ts';
import type { LaunchContext } from '../launcher.ts';
import { type ByLineContext, runByLine } from '../run-by-line.ts';
import { RankStop } from './rank-stop.ts';

/** One process of this host. */
export interface LocalRank {
  /** For people: `rank 3 on algo-2`. */
  readonly who: string;
  readonly command: Command;
}

/** The processes of this host while they run. */
export interface LocalRanks {
  /** Ends what still runs. */
  readonly abort: () => void;
  /** Passes a signal on to all. */
  readonly receive: (signal: NodeJS.Signals) => void;
  /** Resolves when none runs any more: how each of them ended. Rejects if one could not be supervised, also not before. */
  readonly ended: Promise<readonly ProcessEnd[]>;
}

/** What the processes of this host share. */
export type LocalRanksContext = LaunchContext & ByLineContext;

/** Starts processes of this host; the first that fails by itself is reported immediately, and ends the others. */
export function startLocalRanks(
  ranks: readonly LocalRank[],
  context: LocalRanksContext,
  onFailed: (failure: RankFailure) => void,
): LocalRanks {
  const stops = ranks.map(() => new RankStop(context.stop));
  const abort = () => {
    for (const stop of stops) stop.abort();
  };
  const { outputPipe, onStart, ...rest } = context;
  // Once, before any of them.
  const begun = (async () => onStart?.())();
  const run = async ({ who, command }: LocalRank, index: number): Promise<ProcessEnd> => {
    const stop = stops[index] as RankStop;
    const own = { ...rest, ...(index === 0 && outputPipe && { outputPipe }), stop };
    await begun;
    const end = await (ranks.length > 1 ? runByLine(command, own, context.supervise) : context.supervise(command, own));
    if (isFailedEnd(end) && !stop.isAborted) {
      onFailed({ who, end });
      // While the job is being stopped every rank has its time to save.
      if (context.stop.signal === undefined) abort();
    }
    return end;
  };
  return {
    abort,
    receive: (signal) => {
      for (const stop of stops) stop.receive(signal);
    },
    ended: untilAllEnd(ranks.map(run), abort),
  };
}

/** The ends of all. If one rejects, ends the others first. */
async function untilAllEnd(runs: readonly Promise<ProcessEnd>[], abort: () => void): Promise<readonly ProcessEnd[]> {
  try {
    return await Promise.all(runs);
  } catch (error) {
    abort();
    await Promise.allSettled(runs);
    throw error;
  }
}
