import type { Coordinator, MakeCoordinator } from '../cluster/cluster.ts';
import { ofHost, type RoundFailure } from '../cluster/failure.ts';
import type { MpiOrder, ToMpiCoordinator, ToMpiHost } from './mpi-messages.ts';

/** What the coordinator goes by. */
export interface MpiRules {
  readonly hosts: readonly string[];
  /** Told on which host each rank runs. */
  readonly onRank: (rank: number, host: string) => void;
}

// A rank's own error comes from its host, and may come after `mpirun` has ended because of it.
const LATE_NEWS_MS = 1000;

/**
 * Decides for the hosts of an MPI job: `mpirun` starts and ends the ranks; this tells every host why it did, and keeps
 * ranks that are saving from being ended for another's exit code.
 */
export function mpiCoordinator({ hosts, onRank }: MpiRules): MakeCoordinator<ToMpiCoordinator, MpiOrder> {
  return (_, tell) => {
    const lost = new Set<string>();
    const idle = new Set<string>();
    let failure: RoundFailure | undefined;
    let isStopping = false;
    let isFinished = false;
    const tellAll = (message: ToMpiHost) => {
      for (const host of hosts) if (!lost.has(host)) tell(host, message);
    };
    const finish = () => {
      if (isFinished) return;
      isFinished = true;
      tellAll({ type: 'finish', failure: failure ?? null });
    };
    const coordinator: Coordinator<ToMpiCoordinator> = {
      onMessage: (host, message) => {
        switch (message.type) {
          case 'rank':
            onRank(message.rank, host);
            return;
          case 'stop':
            if (isStopping) return;
            isStopping = true;
            tellAll({ type: 'stop', signal: message.signal });
            return;
          case 'failed':
            if (failure !== undefined) return;
            failure = { rank: ofHost(host, message.failure) };
            if (!isStopping) tellAll({ type: 'abort' });
            return;
          case 'idle':
            idle.add(host);
            if (idle.size === hosts.length) tellAll({ type: 'release' });
            return;
          case 'over':
            if (failure !== undefined || message.end.exitCode === 0) {
              finish();
              return;
            }
            setTimeout(() => {
              failure ??= { rank: { who: 'mpirun', end: message.end } };
              finish();
            }, LATE_NEWS_MS);
        }
      },
      onLost: (host, why) => {
        lost.add(host);
        failure ??= { lost: { host, why } };
        finish();
      },
    };
    tellAll({ type: 'start' });
    return coordinator;
  };
}
