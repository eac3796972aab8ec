import type { TrainingEnvironment } from '../../environment/training-environment.ts';
import type { ProcessEnd } from '../../process/process-end.ts';
import { StopControl } from '../../process/stop-control.ts';
import { stoppedBeforeStart } from '../../process/stopped.ts';
import { type Cluster, openCluster } from '../cluster/cluster.ts';
import { clusterOptions } from '../cluster/cluster-options.ts';
import { endOfJob } from '../cluster/end-of-job.ts';
import type { RankFailure, RoundFailure } from '../cluster/failure.ts';
import { SharedStop } from '../cluster/shared-stop.ts';
import type { LaunchContext, LaunchEnd } from '../launcher.ts';
import { nodeRank } from '../launcher-parameters.ts';
import { type LocalRank, type LocalRanks, startLocalRanks } from './local-ranks.ts';
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
export async function runRanks(job: RankGroup, context: LaunchContext): Promise<LaunchEnd> {
  const member = new Member(job, context);
  const cluster = await openCluster(
    clusterOptions(job.environment, job.count, context),
    rankCoordinator(rulesOf(job, context)),
    member,
  );
  try {
    return await member.untilFinish(cluster);
  } finally {
    await cluster.close();
  }
}

function rulesOf({ environment, maxRestarts }: RankGroup, { log }: LaunchContext) {
  return { hosts: environment.distribution.hosts, maxRestarts, log };
}

/** This host's part: starts and ends its processes as the coordinator says. */
class Member {
  readonly #job: RankGroup;
  readonly #context: LaunchContext;
  #cluster: Cluster | undefined;
  readonly #shared: SharedStop;
  readonly #early: ToHost[] = [];
  #round = -1;
  #ranks: LocalRanks | undefined;
  #beside: LocalRanks | undefined;
  #ends: readonly ProcessEnd[] = [];
  #finish: (end: LaunchEnd) => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;
  readonly #finished = new Promise<LaunchEnd>((resolve, reject) => {
    this.#finish = resolve;
    this.#fail = reject;
  });

  constructor(job: RankGroup, context: LaunchContext) {
    this.#job = job;
    this.#context = context;
    this.#shared = new SharedStop(context.stop);
    // Whoever waits gets it; a loss before that is none of nobody's.
    this.#finished.catch(() => undefined);
  }

  async untilFinish(cluster: Cluster): Promise<LaunchEnd> {
    const { stop } = this.#context;
    this.#cluster = cluster;
    for (const message of this.#early.splice(0)) this.onMessage(message);
    const release = stop.passTo((signal) => {
      if (!this.#shared.isEcho(signal)) this.#ranks?.receive(signal);
    });
    const disarm = stop.onStop(() => this.#onStop(stop.signal as NodeJS.Signals));
    try {
      return await this.#finished;
    } finally {
      disarm();
      release();
      this.#beside?.abort();
      await this.#beside?.ended;
    }
  }

  readonly onMessage = (received: { readonly type: string }): void => {
    const message = received as ToHost;
    if (this.#cluster === undefined) this.#early.push(message);
    else if (message.type === 'start') this.#start(message.round, message.layout);
    else if (message.type === 'abort') this.#ranks?.abort();
    else if (message.type === 'stop') this.#shared.receive(message.signal);
    else this.#conclude(message.failure);
  };

  readonly onLost = (error: Error): void => {
    this.#ranks?.abort();
    // Nothing of the program may outlive its end.
    void (this.#ranks?.ended ?? Promise.resolve()).then(() => {
      const { signal } = this.#context.stop;
      this.#fail(this.#round < 0 && signal !== undefined ? stoppedBeforeStart({ signal }) : error);
    });
  };

  #start(round: number, layout: RankLayout): void {
    const { environment, count, rankAt, beside } = this.#job;
    const here = layout[nodeRank(environment)] ?? count;
    const list = Array.from({ length: here }, (_, localRank) => rankAt(layout, localRank));
    const { outputPipe, onStart, ...rest } = this.#context;
    // Those serve once.
    const first = { ...(outputPipe && { outputPipe }), ...(onStart && { onStart }) };
    const isFirst = this.#round < 0;
    const context = isFirst ? { ...rest, ...first } : rest;
    this.#round = round;
    const onFailed = (failure: RankFailure) => this.#send({ type: 'failed', round, failure });
    if (isFirst && beside !== undefined) {
      // Told nothing of a stop: the processes of the program may need it while they save.
      this.#beside = startLocalRanks([beside], { ...rest, stop: new StopControl(() => undefined) }, onFailed);
    }
    this.#ranks = startLocalRanks(list, context, onFailed);
    void this.#ranks.ended.then((ends) => {
      this.#ends = ends;
      this.#send({ type: 'ended', round });
    });
  }

  #onStop(signal: NodeJS.Signals): void {
    this.#send({ type: 'stop', signal });
    if (this.#round < 0) this.#fail(stoppedBeforeStart({ signal }));
  }

  #send(message: ToCoordinator): void {
    this.#cluster?.send(message);
  }

  #conclude(failure: RoundFailure | null): void {
    try {
      this.#finish(endOfJob(failure, this.#ends[0]));
    } catch (error) {
      this.#fail(error as Error);
    }
  }
}
