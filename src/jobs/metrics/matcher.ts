import { Worker } from 'node:worker_threads';
import { threadFile } from '../../process/thread-file.ts';
import { type Batch, type Findings, type LineChunk, PROGRESS, type WorkerStart } from './messages.ts';

/** Limits of the time that regular expressions may take, in milliseconds. */
export interface MatcherLimits {
  /** One expression on one line. */
  readonly lineMs: number;
  /** All expressions on one batch of lines: so long that only a batch of very slow lines reaches it. */
  readonly batchMs: number;
}

/** What may go wrong. */
export interface MatcherEvents {
  /** The expression of that index took too long and is matched no more. */
  readonly onGivenUp: (metric: number) => void;
  /** The thread ends by itself again and again: nothing is matched any more. */
  readonly onBroken: (error: Error) => void;
}

export const MATCHER_LIMITS: MatcherLimits = { lineMs: 1500, batchMs: 10_000 };

const LOOK_MS = 250;
// Each restart takes an expression away; a thread that ends by itself is started again only so often.
const MOST_CRASHES = 3;
const NOTHING: Findings = { values: [], odd: [] };

/** Matches batches of lines with regular expressions, in a thread; one batch at a time. */
export class Matcher {
  readonly #regexes: readonly string[];
  readonly #events: MatcherEvents;
  readonly #limits: MatcherLimits;
  /** Expressions that were given up. */
  readonly #dead = new Set<number>();
  #worker: Worker | undefined;
  #progress = new Int32Array(new SharedArrayBuffer(12));
  #crashes = 0;
  #isClosed = false;

  constructor(regexes: readonly string[], events: MatcherEvents, limits: MatcherLimits) {
    this.#regexes = regexes;
    this.#events = events;
    this.#limits = limits;
    this.#worker = this.#start();
  }

  /** What is found in these lines. Nothing once the matcher is closed, or its thread cannot live. */
  async match(chunks: readonly LineChunk[]): Promise<Findings> {
    const limits = this.#regexes.map((_, index) => (this.#dead.has(index) ? 0 : Number.MAX_SAFE_INTEGER));
    for (;;) {
      if (this.#isClosed || limits.every((limit) => limit === 0) || this.#crashes > MOST_CRASHES) return NOTHING;
      const outcome = await this.#attempt({ chunks, limits });
      if ('found' in outcome) return outcome.found;
      if (outcome.guilty === undefined) continue;
      // The batch is matched again: with this expression only up to the line before.
      limits[outcome.guilty] = outcome.line;
      this.#dead.add(outcome.guilty);
      this.#events.onGivenUp(outcome.guilty);
    }
  }

  /** Ends the thread, also in the middle of a line. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    const start: WorkerStart = { regexes: this.#regexes, progress: this.#progress };
    const worker = new Worker(threadFile('#jobs/metrics/worker'), { workerData: start });
    worker.unref();
    worker.on('error', (error) => {
      if (++this.#crashes > MOST_CRASHES) this.#events.onBroken(error);
    });
    return worker;
  }

  #attempt(batch: Batch): Promise<Outcome> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve) => {
      const began = performance.now();
      let seen = -1;
      let seenAt = began;
      const finish = (outcome: Outcome) => {
        clearInterval(timer);
        worker.off('message', onFound);
        worker.off('exit', onExit);
        resolve(outcome);
      };
      const onFound = (found: Findings) => finish({ found });
      const onExit = () => {
        this.#worker = undefined;
        finish({ guilty: undefined });
      };
      const look = () => {
        const now = performance.now();
        const steps = Atomics.load(this.#progress, PROGRESS.steps);
        if (steps !== seen) [seen, seenAt] = [steps, now];
        const isStuck = now - seenAt > this.#limits.lineMs || now - began > this.#limits.batchMs;
        // A thread that has not begun is only slow to start.
        if (!isStuck || steps === 0) return;
        const guilty = Atomics.load(this.#progress, PROGRESS.pattern);
        const line = Atomics.load(this.#progress, PROGRESS.line);
        worker.off('exit', onExit);
        void worker.terminate();
        this.#worker = undefined;
        this.#progress = new Int32Array(new SharedArrayBuffer(12));
        finish({ guilty, line });
      };
      const timer = setInterval(look, LOOK_MS);
      worker.on('message', onFound);
      worker.on('exit', onExit);
      worker.postMessage(batch);
    });
  }
}

type Outcome =
  | { readonly found: Findings }
  | { readonly guilty: number; readonly line: number }
  | { readonly guilty: undefined };
