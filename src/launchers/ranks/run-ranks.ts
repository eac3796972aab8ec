import type { TrainingEnvironment } from '../../environment/training-environment.ts';
import type { ProcessEnd } from '../../process/process-end.ts';
import { StopControl } from '../../process/stop-control.ts';
import { ClusterMember, type MemberStrategy } from '../cluster/cluster-member.ts';
import { clusterOptions } from '../cluster/cluster-options.ts';
import { endOfJob } from '../cluster/end-of-job.ts';
import { isFailedEnd, type RankFailure } from '../cluster/failure.ts';
import type { LaunchContext, LaunchEnd } from '../launcher.ts';
import { MOST_PROCESSES, nodeRank } from '../launcher-parameters.ts';
import { takeStandardOutput } from '../write-stdout.ts';
import { type LocalRank, type LocalRanks, type LocalRanksContext, startLocalRanks } from './local-ranks.ts';
import { rankCoordinator } from './rank-coordinator.ts';
import { type RankOrder, rankProtocol, type ToCoordinator } from './rank-messages.ts';
import type { RankLayout } from './rank-variables.ts';

/** What the hosts run together. */
export interface RankGroup {
  readonly environment: TrainingEnvironment;
  /** Processes of this host. */
  readonly count: number;
  /** Whether another host may run another number: it may have other accelerators. */
  readonly mayDiffer: boolean;
  readonly maxRestarts: number;
  /** The process in one place; `localRank` counts on this host. */
  readonly rankAt: (layout: RankLayout, localRank: number) => LocalRank;
  /** A process beside them, which runs until the job is over, and fails the job by failing before. */
  readonly beside?: LocalRank;
}

/**
 * Runs processes on all hosts of the distribution together, to the end of all. The first that fails ends all the others,
 * everywhere, and is what every host reports. A stop of one host is a stop of all.
 *
 * @throws OptmlError HOSTS_LOST, START_FAILED or STOPPED.
 */
export function runRanks(job: RankGroup, context: LaunchContext): Promise<LaunchEnd> {
  return new RankHost(job, { ...context, writeOutput: takeStandardOutput() }).run();
}

/** This host's part: starts and ends its processes as the coordinator says. */
class RankHost implements MemberStrategy<RankOrder> {
  readonly #job: RankGroup;
  readonly #context: LocalRanksContext;
  readonly #member: ClusterMember<ToCoordinator, RankOrder>;
  #ranks: LocalRanks | undefined;
  #beside: LocalRanks | undefined;
  #round = -1;
  /** How the processes of the last round ended; undefined while they run. */
  #ends: readonly ProcessEnd[] | undefined;

  constructor(job: RankGroup, context: LocalRanksContext) {
    this.#job = job;
    this.#context = context;
    this.#member = new ClusterMember(context.stop, this);
  }

  async run(): Promise<LaunchEnd> {
    const { environment, count, mayDiffer, maxRestarts } = this.#job;
    const { hosts } = environment.distribution;
    const counts = mayDiffer ? { least: 1, most: MOST_PROCESSES } : { least: count, most: count };
    const protocol = rankProtocol({ hosts, maxRestarts, counts });
    const failure = await this.#member.takePart(
      clusterOptions(environment, { about: count, protocol }, this.#context),
      rankCoordinator({ hosts, maxRestarts, log: this.#context.log }),
    );
    return endOfJob(failure, this.#ends?.find(isFailedEnd) ?? this.#ends?.[0]);
  }

  readonly onMessage = (message: RankOrder): string | undefined => {
    if (message.type === 'start') return this.#start(message.round, message.layout);
    if (this.#round < 0) return 'it ended processes that it has not started';
    this.#ranks?.abort();
    return undefined;
  };

  readonly doubt = (): string | undefined =>
    this.#ends === undefined ? 'it reported a success while processes run here' : undefined;

  readonly onSignal = (signal: NodeJS.Signals): void => this.#ranks?.receive(signal);

  readonly onLost = async (): Promise<void> => {
    this.#ranks?.abort();
    // Nothing of the program may outlive its end.
    await Promise.allSettled([this.#ranks?.ended]);
  };

  readonly end = async (): Promise<void> => {
    this.#ranks?.abort();
    this.#beside?.abort();
    await Promise.allSettled([this.#ranks?.ended, this.#beside?.ended]);
  };

  #start(round: number, layout: RankLayout): string | undefined {
    const { environment, count, rankAt } = this.#job;
    if (layout[nodeRank(environment)] !== count) return 'it started another number of processes than this host has';
    if (round !== this.#round + 1 || (round > 0 && this.#ends === undefined)) return 'it started processes that run';
    this.#round = round;
    this.#ends = undefined;
    const list = Array.from({ length: count }, (_, localRank) => rankAt(layout, localRank));
    const { outputPipe, onStart, ...rest } = this.#context;
    const onFailed = (failure: RankFailure) => this.#member.send({ type: 'failed', round, failure });
    if (round === 0) this.#startBeside(onFailed);
    // The pipe and the callback serve once.
    this.#ranks = startLocalRanks(list, round === 0 ? this.#context : rest, onFailed);
    this.#ranks.ended.then(
      (ends) => {
        this.#ends = ends;
        this.#member.send({ type: 'ended', round });
      },
      (error: Error) => this.#member.fail(error),
    );
    return undefined;
  }

  #startBeside(onFailed: (failure: RankFailure) => void): void {
    const { beside } = this.#job;
    if (beside === undefined) return;
    const { outputPipe, onStart, ...rest } = this.#context;
    // It does not receive the job's stop: the processes of the program may need it while they save.
    this.#beside = startLocalRanks([beside], { ...rest, stop: new StopControl(() => undefined) }, onFailed);
    this.#beside.ended.catch((error: Error) => this.#member.fail(error));
  }
}
