import type { TrainingEnvironment } from '../../environment/training-environment.ts';
import type { ProcessEnd } from '../../process/process-end.ts';
import { StopControl } from '../../process/stop-control.ts';
import { ClusterMember, type MemberStrategy } from '../cluster/cluster-member.ts';
import { clusterOptions } from '../cluster/cluster-options.ts';
import { endOfJob } from '../cluster/end-of-job.ts';
import type { RankFailure } from '../cluster/failure.ts';
import type { LaunchContext, LaunchEnd } from '../launcher.ts';
import { nodeRank } from '../launcher-parameters.ts';
import { takeStandardOutput } from '../write-stdout.ts';
import { type LocalRank, type LocalRanks, type LocalRanksContext, startLocalRanks } from './local-ranks.ts';
import { rankCoordinator } from './rank-coordinator.ts';
import type { ToCoordinator, ToHost } from './rank-messages.ts';
import type { RankLayout } from './rank-variables.ts';

/** What the hosts run together. */
export interface RankGroup {
  readonly environment: TrainingEnvironment;
  /** Processes of this host. */
  readonly count: number;
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

type RankMessage = Exclude<ToHost, { readonly type: 'stop' | 'finish' }>;

/** This host's part: starts and ends its processes as the coordinator says. */
class RankHost implements MemberStrategy<RankMessage> {
  readonly #job: RankGroup;
  readonly #context: LocalRanksContext;
  readonly #member: ClusterMember<RankMessage, ToCoordinator>;
  #ranks: LocalRanks | undefined;
  #beside: LocalRanks | undefined;
  #ends: readonly ProcessEnd[] = [];

  constructor(job: RankGroup, context: LocalRanksContext) {
    this.#job = job;
    this.#context = context;
    this.#member = new ClusterMember(context.stop, this);
  }

  async run(): Promise<LaunchEnd> {
    const { environment, count, maxRestarts } = this.#job;
    const { hosts } = environment.distribution;
    const failure = await this.#member.takePart(
      clusterOptions(environment, count, this.#context),
      rankCoordinator({ hosts, maxRestarts, log: this.#context.log }),
    );
    return endOfJob(failure, this.#ends[0]);
  }

  readonly onMessage = (message: RankMessage): void => {
    if (message.type === 'start') this.#start(message.round, message.layout);
    else this.#ranks?.abort();
  };

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

  #start(round: number, layout: RankLayout): void {
    const { environment, count, rankAt } = this.#job;
    const here = layout[nodeRank(environment)] ?? count;
    const list = Array.from({ length: here }, (_, localRank) => rankAt(layout, localRank));
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
