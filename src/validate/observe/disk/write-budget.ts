import type { Observation } from '../observation.ts';

const MIB = 1 << 20;
const GIB = 1 << 30;

/** Most that the hosts of one validation write, in bytes: all `must` checks of a job with a model of 2 GB. */
const MOST_WRITTEN = 32 * GIB;
/** Hosts run at the same time while their files together take no more than this, in bytes. */
const MOST_TOGETHER = 64 * MIB;

/** Counts what the hosts of a validation leave on the disk. All of it is removed after each run, and was written. */
export class WriteBudget {
  readonly #mostWritten: number;
  #written = 0;
  #largest = 0;

  constructor(mostWritten: number = MOST_WRITTEN) {
    this.#mostWritten = mostWritten;
  }

  add({ hosts }: Observation): void {
    for (const { diskBytes } of hosts) {
      this.#written += diskBytes;
      this.#largest = Math.max(this.#largest, diskBytes);
    }
  }

  /** Hosts that may run at the same time, of `most`. */
  hostsTogether(most: number): number {
    return Math.max(1, Math.min(most, Math.floor(MOST_TOGETHER / Math.max(this.#largest, 1))));
  }

  /** Why so many more hosts would write too much, in one sentence; undefined where they would not. */
  excess(hosts: number): string | undefined {
    if (this.#written + hosts * this.#largest <= this.#mostWritten) return undefined;
    const limit = `${Math.floor(this.#mostWritten / MIB)} MiB`;
    return `a run of the job writes up to ${Math.ceil(this.#largest / MIB)} MiB, and a validation at most ${limit}: give a job with a smaller model, or run these checks alone (--only)`;
  }
}
