import { monotonicMs, within } from '../../../concurrency/clock.ts';
import { withResolvers } from '../../../concurrency/with-resolvers.ts';
import { type EngineCli, LIMITS_MS, runCli } from '../engine-cli.ts';
import { inspectContainer } from './container-state.ts';

const RETRY_MS = 100;
// A container that is still being made takes no signal yet. One that is not there so long after a stop will not come.
const MAKING_MS = 10_000;
// Until the engine takes a kill, and from then until the container has ended and its output has been read.
const KILL_MS = 10_000;
const END_MS = 30_000;

/**
 * Sends the signals of a stop and a kill to a container, again until the engine takes them. Gives up if the engine does
 * not: a job ends in time also while its engine hangs.
 */
export class ContainerSignals {
  readonly #cli: EngineCli;
  readonly #container: string;
  readonly #giveUp = withResolvers<string>();
  readonly #ended = withResolvers<void>();
  readonly #over = new AbortController();
  #isEnded = false;
  #isStopping = false;
  #isKilling = false;

  constructor(cli: EngineCli, container: string) {
    this.#cli = cli;
    this.#container = container;
  }

  /** Resolves with the reason when the container cannot be ended. */
  get givenUp(): Promise<string> {
    return this.#giveUp.promise;
  }

  /** Aborted when the container has ended, or is given up: no command of the engine outlives it. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get isKilling(): boolean {
    return this.#isKilling;
  }

  /** How long the engine may take for an answer: less while the job is being ended. */
  get answerMs(): number {
    return this.#isStopping || this.#isKilling ? LIMITS_MS.signal : LIMITS_MS.answer;
  }

  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    void this.#sendUntilTaken();
  }

  kill(): void {
    if (this.#isKilling) return;
    this.#isKilling = true;
    void this.#killOrGiveUp();
  }

  /** The container has ended: nothing more is sent. */
  end(): void {
    this.#isEnded = true;
    this.#ended.resolve();
    this.#over.abort();
  }

  async #sendUntilTaken(): Promise<void> {
    const endMs = monotonicMs() + MAKING_MS;
    while (!this.#isEnded && !this.#isKilling) {
      const limitMs = LIMITS_MS.signal;
      const { code } = await runCli(this.#cli, ['kill', '--signal', 'TERM', this.#container], {
        limitMs,
        signal: this.over,
      });
      if (code === 0) return;
      if (monotonicMs() > endMs && (await this.#isAbsent())) {
        this.#giveUp.resolve(`${this.#cli.name} has not made the container of a host`);
        return;
      }
      await within(this.#ended.promise, RETRY_MS);
    }
  }

  async #isAbsent(): Promise<boolean> {
    const asked = await inspectContainer(this.#cli, this.#container, { limitMs: LIMITS_MS.signal, signal: this.over });
    return asked.state === undefined && asked.problem === undefined;
  }

  async #killOrGiveUp(): Promise<void> {
    // The command line of a container that was killed ends with it, once its output has been read.
    if ((await this.#sendKill()) && (await within(this.#ended.promise, END_MS))) return;
    this.#giveUp.resolve(`${this.#cli.name} has not ended the container of a host`);
  }

  /** Whether the engine took the kill. */
  async #sendKill(): Promise<boolean> {
    const endMs = monotonicMs() + KILL_MS;
    while (!this.#isEnded && monotonicMs() < endMs) {
      const limitMs = Math.max(RETRY_MS, endMs - monotonicMs());
      const { code } = await runCli(this.#cli, ['kill', '--signal', 'KILL', this.#container], {
        limitMs,
        signal: this.over,
      });
      if (code === 0) return true;
      await within(this.#ended.promise, RETRY_MS);
    }
    return false;
  }
}
