import type { ProcessEnd } from '../../process/process-end.ts';
import type { Command } from '../../process/supervise.ts';
import type { RankFailure } from '../cluster/failure.ts';
import type { LaunchContext } from '../launcher.ts';
import { runByLine } from '../run-by-line.ts';
import { RankStop } from './rank-stop.ts';

// After a failure elsewhere there is nothing to wait for; this is enough to close files.
const ABORT_GRACE_SECONDS = 2;

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
  /** Resolves when none runs any more: how each of them ended. */
  readonly ended: Promise<readonly ProcessEnd[]>;
}

/** Starts processes of this host; the first that fails by itself is told at once, and ends the others. */
export function startLocalRanks(
  ranks: readonly LocalRank[],
  context: LaunchContext,
  onFailed: (failure: RankFailure) => void,
): LocalRanks {
  const stops = ranks.map(() => new RankStop(context.stop, ABORT_GRACE_SECONDS));
  const abort = () => {
    for (const stop of stops) stop.abort();
  };
  const { outputPipe, onStart, ...rest } = context;
  const run = async ({ who, command }: LocalRank, index: number): Promise<ProcessEnd> => {
    const stop = stops[index] as RankStop;
    const first = index === 0 ? { ...(outputPipe && { outputPipe }), ...(onStart && { onStart }) } : {};
    const own = { ...rest, ...first, stop };
    const end = await (ranks.length > 1 ? runByLine(command, own, context.supervise) : context.supervise(command, own));
    const isFailed = end.exitCode !== 0 || end.isKilledAfterGrace;
    if (isFailed && !stop.isAborted) {
      onFailed({ who, end });
      // While the job is being stopped every rank has its time to save.
      if (context.stop.signal === undefined) abort();
    }
    return end;
  };
  const ended = Promise.all(ranks.map(run));
  return {
    abort,
    receive: (signal) => {
      for (const stop of stops) stop.receive(signal);
    },
    ended,
  };
}
