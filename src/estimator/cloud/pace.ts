import { setTimeout as timer } from 'node:timers/promises';
import { isUrlHere } from '../../aws/is-endpoint-here.ts';

/** How often a platform is asked, in milliseconds. */
export interface Pace {
  /** Between two looks while something happens, and at most while nothing does. */
  readonly leastMs: number;
  readonly mostMs: number;
  /** For each log stream, which is a request of its own. */
  readonly perStreamMs: number;
  /** After the end of a job, its logs must have been silent for so long. */
  readonly quietMs: number;
  /** The same while a host has no log stream yet. */
  readonly missingMs: number;
  /** How long logs are read after the end of a job, without the time that the reader takes. */
  readonly afterEndMs: number;
}

const AFTER_END_MS = 900_000;

/**
 * For AWS: an account may read logs 25 times per second at most, in some regions 10 times, and describe a few jobs. Lines
 * arrive some seconds late, and streams too.
 */
const OF_AWS: Pace = {
  leastMs: 2000,
  mostMs: 10_000,
  perStreamMs: 200,
  quietMs: 10_000,
  missingMs: 30_000,
  afterEndMs: AFTER_END_MS,
};

/** For a server on this machine: optml's endpoint completes the logs of a job before its end is visible. */
const OF_THIS_MACHINE: Pace = {
  leastMs: 100,
  mostMs: 500,
  perStreamMs: 5,
  quietMs: 100,
  missingMs: 1000,
  afterEndMs: AFTER_END_MS,
};

/** The pace for a service at `endpoint`; undefined is AWS's own. */
export function paceOf(endpoint: string | undefined): Pace {
  return endpoint !== undefined && isUrlHere(endpoint) ? OF_THIS_MACHINE : OF_AWS;
}

/** Waits that grow while nothing happens. */
export class Pauses {
  readonly #pace: Pace;
  #ms: number;

  constructor(pace: Pace) {
    this.#pace = pace;
    this.#ms = pace.leastMs;
  }

  /** Waits until the next look. `hasNews`: the last one has found something. @throws the reason of `signal`. */
  async next(hasNews: boolean, streams: number, signal: AbortSignal | undefined): Promise<void> {
    const { leastMs, mostMs, perStreamMs } = this.#pace;
    this.#ms = hasNews ? leastMs : Math.min(mostMs, this.#ms * 1.3);
    await pause(Math.max(this.#ms, streams * perStreamMs), signal);
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await timer(ms, undefined, signal && { signal });
  } catch {
    // Only an abort ends it early, and that has a reason of its own.
    signal?.throwIfAborted();
  }
}
