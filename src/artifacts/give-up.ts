import { setMaxListeners } from 'node:events';
import { monotonicMs, within } from '../concurrency/clock.ts';
import type { StopControl } from '../process/stop-control.ts';

// Of a finished job, the last pass may last as long as anything moves, and so long without. S3 is seldom away for longer.
const STALL_MS = 300_000;
// Uploads end immediately when they are given up; a look at the folder tells what is missing.
const LAST_LOOK_MS = 1500;

/**
 * When uploads are given up: at the end of the grace period of a stop (contract C57), or when nothing has moved for
 * five minutes of the last pass. The signal's reason says which.
 */
export class GiveUp {
  readonly #controller = new AbortController();
  readonly #forgetStop: () => void;
  #deadline: NodeJS.Timeout | undefined;
  #stall: NodeJS.Timeout | undefined;
  #movedAtMs = 0;
  readonly #stallMs: number;
  readonly #now: () => number;

  /** `stallMs`: how long nothing may move in the last pass; `now`: a monotonic clock in milliseconds. */
  constructor(stop: StopControl, graceSeconds: number, { stallMs = STALL_MS, now = monotonicMs } = {}) {
    this.#stallMs = stallMs;
    this.#now = now;
    setMaxListeners(0, this.signal);
    this.#forgetStop = stop.onStop(() => {
      const abort = () => this.#controller.abort(new Error('the time to stop was over'));
      const remainingMs = stop.remainingMs(graceSeconds);
      if (remainingMs === 0) abort();
      else this.#deadline = setTimeout(abort, remainingMs).unref();
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** To be called whenever bytes have been transferred. */
  readonly onProgress = (): void => {
    this.#movedAtMs = this.#now();
  };

  /** Begins to look for a standstill. */
  watchProgress(): void {
    this.onProgress();
    this.#armStall(this.#stallMs);
  }

  #armStall(ms: number): void {
    this.#stall = setTimeout(() => {
      const leftMs = this.#movedAtMs + this.#stallMs - this.#now();
      if (leftMs > 0) this.#armStall(leftMs);
      else this.#controller.abort(new Error(`nothing could be transferred for ${this.#stallMs / 1000} s`));
    }, ms);
  }

  /** Waits for `work`, but not much longer than the signal. False when it did not end. `work` must not reject. */
  async race(work: Promise<unknown>): Promise<boolean> {
    const aborted = new Promise((resolve) => {
      if (this.signal.aborted) resolve(undefined);
      else this.signal.addEventListener('abort', resolve, { once: true });
    });
    await Promise.race([work, aborted]);
    return within(work, LAST_LOOK_MS);
  }

  close(): void {
    this.#forgetStop();
    clearTimeout(this.#deadline);
    clearTimeout(this.#stall);
  }
}
