import { withResolvers } from '../../concurrency/with-resolvers.ts';
import type { StopControl } from '../../process/stop-control.ts';
import { stoppedBeforeStart } from '../../process/stopped.ts';
import { type Cluster, type ClusterOptions, type MakeCoordinator, openCluster } from './cluster.ts';
import type { RoundFailure } from './failure.ts';
import type { Message } from './line-connection.ts';
import { SharedStop } from './shared-stop.ts';

/** Messages of every coordinator. All others are the strategy's own. */
type CommonMessage =
  | (Message & { readonly type: 'stop'; readonly signal: NodeJS.Signals })
  | (Message & { readonly type: 'finish'; readonly failure: RoundFailure | null });

/** How this host starts and ends its processes. */
export interface MemberStrategy<FromCoordinator extends Message> {
  /** Handles a message other than `stop` and `finish`. The first one starts the job on this host. */
  readonly onMessage: (message: FromCoordinator) => void;
  /** Passes a signal of the job on to the processes. Comes before {@link onStop} for the first stop signal. */
  readonly onSignal: (signal: NodeJS.Signals) => void;
  /** Called once, before the coordinator receives the stop. */
  readonly onStop?: () => void;
  /** Called when the first host is lost; resolves when this host may report that. */
  readonly onLost: () => Promise<void>;
  /** Ends what still runs on this host, whatever the outcome. */
  readonly end: () => Promise<void>;
}

/**
 * This host's part in a job of several hosts, whatever starts its processes: it passes messages and stops on, until the
 * coordinator reports the outcome or the job fails on this host.
 */
export class ClusterMember<FromCoordinator extends Message, ToCoordinator extends Message> {
  readonly #stop: StopControl;
  readonly #strategy: MemberStrategy<FromCoordinator>;
  readonly #shared: SharedStop;
  readonly #early: Message[] = [];
  #cluster: Cluster | undefined;
  #isStarted = false;
  #isSettled = false;
  readonly #outcome = withResolvers<RoundFailure | null>();

  constructor(stop: StopControl, strategy: MemberStrategy<FromCoordinator>) {
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
  async takePart(options: ClusterOptions, coordinator: MakeCoordinator): Promise<RoundFailure | null> {
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

  readonly #receive = (message: Message): void => {
    if (this.#cluster === undefined) {
      this.#early.push(message);
      return;
    }
    const common = message as CommonMessage;
    if (common.type === 'stop') this.#shared.receive(common.signal);
    else if (common.type === 'finish') this.#finish(common.failure);
    else if (this.#isStarted || !this.#isSettled) {
      this.#isStarted = true;
      this.#strategy.onMessage(message as FromCoordinator);
    }
  };

  readonly #lose = (error: Error): void => {
    void this.#strategy.onLost().then(() => {
      const isStoppedBefore = !this.#isStarted && this.#stop.signal !== undefined;
      this.fail(isStoppedBefore ? stoppedBeforeStart(this.#stop) : error);
    });
  };

  #finish(failure: RoundFailure | null): void {
    this.#isSettled = true;
    this.#outcome.resolve(failure);
  }

  #passStop(signal: NodeJS.Signals): void {
    this.#strategy.onStop?.();
    this.#cluster?.send({ type: 'stop', signal } as Message);
    if (!this.#isStarted) this.fail(stoppedBeforeStart({ signal }));
  }
}
