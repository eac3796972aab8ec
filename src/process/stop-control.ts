import { monotonicMs } from '../concurrency/clock.ts';
import { OTHER_SIGNALS, STOP_SIGNALS } from './signals.ts';

/** Takes a signal that `train` received. */
export type SignalTarget = (signal: NodeJS.Signals) => void;

/** Who tells a running program to stop, and how long it may take. */
export interface StopSource {
  /** The first stop signal, or undefined before it. */
  readonly signal: NodeJS.Signals | undefined;
  /** Set where the grace period is another than the job's own. */
  readonly graceSeconds?: number | undefined;
  /**
   * Calls `listener` at the first stop signal, immediately if it has come already. Returns a function that unregisters it.
   */
  onStop(listener: () => void): () => void;
  /** Milliseconds left of a grace period that began with the first stop signal; the whole period before it. */
  remainingMs(graceSeconds: number): number;
  /** Passes signals on to `target` until the returned function is called. */
  passTo(target: SignalTarget): () => void;
}

/**
 * Receives the signals of the platform (contract C57) and passes each on to whatever runs at the moment. Without it, PID 1
 * would ignore SIGTERM.
 */
export class StopControl implements StopSource {
  #target: SignalTarget | undefined;
  #signal: NodeJS.Signals | undefined;
  #stoppedAtMs = 0;
  readonly #listeners = new Set<() => void>();
  readonly #now: () => number;
  readonly #onFirst: (signal: NodeJS.Signals) => void;
  readonly #handle = (signal: NodeJS.Signals): void => this.receive(signal);

  /** `onFirstStop` is called once, after the signal was passed on; `now` is a monotonic clock in milliseconds. */
  constructor(onFirstStop: (signal: NodeJS.Signals) => void, now: () => number = monotonicMs) {
    this.#onFirst = onFirstStop;
    this.#now = now;
  }

  /**
   * Starts to receive signals. They are received until this process exits: the default action of a signal would end it
   * with another exit code than the one that it reports.
   */
  listen(): void {
    for (const signal of [...STOP_SIGNALS, ...OTHER_SIGNALS]) process.on(signal, this.#handle);
  }

  get signal(): NodeJS.Signals | undefined {
    return this.#signal;
  }

  onStop(listener: () => void): () => void {
    if (this.#signal === undefined) this.#listeners.add(listener);
    else listener();
    return () => this.#listeners.delete(listener);
  }

  remainingMs(graceSeconds: number): number {
    const elapsed = this.#signal === undefined ? 0 : this.#now() - this.#stoppedAtMs;
    return Math.max(0, graceSeconds * 1000 - elapsed);
  }

  passTo(target: SignalTarget): () => void {
    this.#target = target;
    return () => {
      if (this.#target === target) this.#target = undefined;
    };
  }

  /** Ends what runs or is being started, without a grace period: nothing watches it any longer. */
  kill(): void {
    this.#signal ??= 'SIGKILL';
    this.#target?.('SIGKILL');
    for (const listener of this.#listeners) listener();
  }

  /** Takes a signal as if the platform had sent it to this process: another host of the job may have been told first. */
  receive(signal: NodeJS.Signals): void {
    const isFirst = this.#signal === undefined && (STOP_SIGNALS as readonly NodeJS.Signals[]).includes(signal);
    if (isFirst) {
      this.#signal = signal;
      this.#stoppedAtMs = this.#now();
    }
    this.#target?.(signal);
    if (!isFirst) return;
    this.#onFirst(signal);
    for (const listener of this.#listeners) listener();
  }
}
