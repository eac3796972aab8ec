import { monotonicMs } from '../concurrency/clock.ts';
import { durationText } from '../report/format.ts';

// A first failure is often the only one.
const SAID_AFTER_MS = 4000;
const SAID_AGAIN_MS = 60_000;

// Fewer attempts, or less time, are no news.
const QUIET_ATTEMPTS = 4;
const QUIET_MS = 10_000;

/** Whether a user should learn that a request is repeated: often, or after an answer that was long awaited. */
export function isNews(nextAttempt: number, elapsedMs: number): boolean {
  return nextAttempt > QUIET_ATTEMPTS || elapsedMs > QUIET_MS;
}

/** What is said while requests that many wait for fail for minutes: once soon, then once a minute, and when it is over. */
export class Outage {
  readonly #warn: (message: string) => void;
  readonly #clock: () => number;
  #since: number | undefined;
  #said: number | undefined;

  /** `clock` in milliseconds. */
  constructor(warn: (message: string) => void, clock: () => number = monotonicMs) {
    this.#warn = warn;
    this.#clock = clock;
  }

  /** A request has failed, and is repeated. `reason`: of what. */
  failed(reason: string): void {
    const now = this.#clock();
    this.#since ??= now;
    if (now - this.#since < SAID_AFTER_MS || now - (this.#said ?? Number.NEGATIVE_INFINITY) < SAID_AGAIN_MS) return;
    this.#said = now;
    const what =
      now - this.#since < SAID_AGAIN_MS ? 'fail' : `have failed for ${durationText((now - this.#since) / 1000)}`;
    this.#warn(`Requests to AWS ${what}: ${reason}. The job goes on, and optml keeps trying.`);
  }

  /** A request has succeeded. */
  over(): void {
    if (this.#since !== undefined && this.#said !== undefined) {
      this.#warn(`Requests to AWS succeed again, after ${durationText((this.#clock() - this.#since) / 1000)}.`);
    }
    this.#since = undefined;
    this.#said = undefined;
  }
}
