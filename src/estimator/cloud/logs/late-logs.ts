import { monotonicMs } from '../../../concurrency/clock.ts';
import type { TrainingJobDescription } from '../../../jobs/describe/describe.ts';
import type { Pace } from '../pace.ts';

// Clocks of hosts, and of programs that outlive their job, are never so far ahead.
const LATEST_MS = 600_000;

/** How long the logs of a job that has ended are read, if they do not become silent. */
export class LateLogs {
  readonly #mostMs: number;
  #endMs = Number.POSITIVE_INFINITY;
  #deadline = Number.POSITIVE_INFINITY;
  #isTooLate = false;

  constructor({ afterEndMs }: Pace) {
    this.#mostMs = afterEndMs;
  }

  /** The job has ended. Only the first call counts. */
  begin({ TrainingEndTime, LastModifiedTime }: TrainingJobDescription): void {
    if (this.#deadline !== Number.POSITIVE_INFINITY) return;
    this.#endMs = (TrainingEndTime ?? LastModifiedTime) * 1000;
    this.#deadline = monotonicMs() + this.#mostMs;
  }

  /** Time that was not spent on reading: the receiver of a line took it. */
  exclude(ms: number): void {
    this.#deadline += ms;
  }

  /** Whether to stop reading: for too long already, or at a line (its time in milliseconds since 1970) long after the end. */
  isOver(lineMs: number = 0): boolean {
    this.#isTooLate ||= lineMs > this.#endMs + LATEST_MS || monotonicMs() > this.#deadline;
    return this.#isTooLate;
  }
}
