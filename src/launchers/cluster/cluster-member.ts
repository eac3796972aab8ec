import { withResolvers } from '../../concurrency/with-resolvers.ts';
import type { StopControl } from '../../process/stop-control.ts';
import { stoppedBeforeStart } from '../../process/stopped.ts';
import {
  type Cluster,
  type ClusterOptions,
  type FromCoordinator,
  type MakeCoordinator,
  openCluster,
} from './cluster.ts';
import type { RoundFailure } from './failure.ts';
import { hostsLost } from './hosts-lost.ts';
import type { FinishMessage, Message, StopMessage } from './messages.ts';
import { SharedStop } from './shared-stop.ts';

/** How this host starts and ends its processes. */
export interface MemberStrategy<ToHost extends Message> {
  /**
   * Handles a message other than `stop` and `finish`. The first one starts the job on this host. Returns why it does not
   * fit what this host knows; then nothing was done, and the job fails.
   */
  readonly onMessage: (message: ToHost) => string | undefined;
  /** Passes a signal of the job on to the processes. Comes before {@link onStop} for the first stop signal. */
  readonly onSignal: (signal: NodeJS.Signals) => void;
  /** Called once, before the coordinator receives the stop. */
  readonly onStop?: () => void;
  /** Called when the first host is lost; resolves when this host may report that. */
  readonly onLost: () => Promise<void>;
  /** Why the job cannot have succeeded, as far as this host knows; asked when the coordinator reports a success. */
  readonly doubt: () => string | undefined;
  /** Ends what still runs on this host, whatever the outcome. */
  readonly end: () => Promise<void>;
}

/**
 * This host's part in a job of several hosts, whatever starts its processes: it passes messages and stops on, until the
 * coordinator reports the outcome or the job fails on this host.
 */
export class ClusterMember<ToCoordinator extends Message, ToHost extends Message> {
  readonly #stop: StopControl;
  readonly #strategy: MemberStrategy<ToHost>;
  readonly #shared: SharedStop;
  readonly #early: FromCoordinator<ToHost>[] = [];
  #cluster: Cluster<ToCoordinator | StopMessage> | undefined;
  #isStarted = false;
  #isSettled = false;
  readonly #outcome = withResolvers<RoundFailure | null>();

  constructor(stop: StopControl, strategy: MemberStrategy<ToHost>) {
    this.#stop = stop;
    this.#strategy = strategy;
    this.#shared = new SharedStop(stop);
    // `takePart` awaits it; an error before that must not end the process.
    this.#outcome.promise.catch(() => undefined);
  }

  /**
   * Takes part until the job is over. Resolves with the first failure, wherever it was, or null.
   *
   * @throws OptmlError HOSTS_LOST, START_FAILED or STOPPED, and what {@link fail} was given.
   */
  async takePart<FromHost extends ToCoordinator>(
    options: ClusterOptions<FromHost, ToHost>,
    coordinator: MakeCoordinator<ToCoordinator | StopMessage, ToHost>,
  ): Promise<RoundFailure | null> {
    const cluster = await openCluster(options, coordinator, { onMessage: this.#receive, onLost: this.#lose });
    this.#cluster = cluster;
    const release = this.#stop.passTo((signal) => {
      if (!this.#shared.isEcho(signal)) this.#strategy.onSignal(signal);
    });
    const disarm = this.#stop.onStop(() => this.#passStop(this.#stop.signal as NodeJS.Signals));
    for (const message of this.#early.splice(0)) this.#receive(message);
    try {
      return await this.#outcome.promise;
    } finally {
      await this.#strategy.end();
      disarm();
      release();
      await cluster.close();
    }
  }

  /** Sends a message to the coordinator, if the hosts are connected. */
  send(message: ToCoordinator): void {
    this.#cluster?.send(message);
  }

  /** Ends this host's part with an error. Only the first outcome counts. */
  fail(error: Error): void {
    this.#isSettled = true;
    this.#outcome.reject(error);
  }

  readonly #receive = (message: FromCoordinator<ToHost>): void => {
    if (this.#cluster === undefined) {
      this.#early.push(message);
      return;
    }
    if (isStop(message)) this.#shared.receive(message.signal);
    else if (isFinish(message)) this.#finish(message.failure);
    else if (this.#isStarted || !this.#isSettled) {
      const problem = this.#strategy.onMessage(message);
      if (problem === undefined) this.#isStarted = true;
      else this.#lose(wrongOrder(problem));
    }
  };

  readonly #lose = (error: Error): void => {
    void this.#strategy.onLost().then(() => {
      const isStoppedBefore = !this.#isStarted && this.#stop.signal !== undefined;
      this.fail(isStoppedBefore ? stoppedBeforeStart(this.#stop) : error);
    });
  };

  #finish(failure: RoundFailure | null): void {
    const doubt = failure === null ? this.#doubt() : undefined;
    if (doubt !== undefined) {
      this.#lose(wrongOrder(doubt));
      return;
    }
    this.#isSettled = true;
    this.#outcome.resolve(failure);
  }

  #doubt(): string | undefined {
    return this.#isStarted ? this.#strategy.doubt() : 'it reported a success before the job had started here';
  }

  #passStop(signal: NodeJS.Signals): void {
    this.#strategy.onStop?.();
    this.#cluster?.send({ type: 'stop', signal });
    if (!this.#isStarted) this.fail(stoppedBeforeStart({ signal }));
  }
}

function wrongOrder(problem: string): Error {
  return hostsLost(`the first host cannot be the one of this job: ${problem}`, 'Look at the log of the first host.');
}

function isStop(message: Message): message is StopMessage {
  return message.type === 'stop';
}

function isFinish(message: Message): message is FinishMessage {
  return message.type === 'finish';
}
