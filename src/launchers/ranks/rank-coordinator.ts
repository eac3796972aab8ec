import type { Log } from '../../log/log.ts';
import type { Coordinator, MakeCoordinator } from '../cluster/cluster.ts';
import { ofHost, type RoundFailure } from '../cluster/failure.ts';
import type { RankOrder, ToCoordinator, ToHost } from './rank-messages.ts';

/** What the coordinator goes by. */
export interface RankRules {
  /** In the order of the distribution. */
  readonly hosts: readonly string[];
  /** How often all ranks may be started again. */
  readonly maxRestarts: number;
  readonly log: Log;
}

/**
 * Decides for the ranks of all hosts: starts them together, ends all when one fails, starts them again where that is
 * allowed, and says when everything is over. `about` of each host is the number of ranks that it runs.
 */
export function rankCoordinator({ hosts, maxRestarts, log }: RankRules): MakeCoordinator<ToCoordinator, RankOrder> {
  return (about, tell) => {
    const layout = hosts.map((host) => Number(about.get(host)));
    const lost = new Set<string>();
    let round = -1;
    let running = new Set<string>();
    let failure: RoundFailure | undefined;
    let stopSignal: NodeJS.Signals | undefined;
    const tellAll = (message: ToHost) => {
      for (const host of hosts) if (!lost.has(host)) tell(host, message);
    };
    const startRound = () => {
      round++;
      failure = undefined;
      running = new Set(hosts);
      tellAll({ type: 'start', round, layout });
    };
    const fail = (found: RoundFailure) => {
      if (failure !== undefined) return;
      failure = found;
      // Ranks that were told to stop are saving: none is ended for another's exit code then.
      if (stopSignal === undefined || 'lost' in found) tellAll({ type: 'abort', round });
    };
    const endRoundIfOver = () => {
      if (running.size > 0) return;
      const canRestart = failure !== undefined && 'rank' in failure && lost.size === 0 && stopSignal === undefined;
      if (canRestart && round < maxRestarts) {
        log.warn(`${describeFailure(failure)}: starting all ranks again (${round + 1} of ${maxRestarts})`);
        startRound();
        return;
      }
      tellAll({ type: 'finish', failure: failure ?? null });
    };
    const coordinator: Coordinator<ToCoordinator> = {
      onMessage: (host, message) => {
        if (message.type === 'stop') {
          if (stopSignal !== undefined) return;
          stopSignal = message.signal;
          tellAll({ type: 'stop', signal: message.signal });
          return;
        }
        if (message.round !== round) return;
        if (message.type === 'failed') fail({ rank: ofHost(host, message.failure) });
        else if (running.delete(host)) endRoundIfOver();
      },
      onLost: (host, why) => {
        lost.add(host);
        fail({ lost: { host, why } });
        if (running.delete(host)) endRoundIfOver();
      },
    };
    startRound();
    return coordinator;
  };
}

function describeFailure(failure: RoundFailure | undefined): string {
  if (failure === undefined || !('rank' in failure)) return 'The job failed';
  const { who, end } = failure.rank;
  return `${who} failed with exit code ${end.exitCode}`;
}
