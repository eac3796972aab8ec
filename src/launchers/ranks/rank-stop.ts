import { monotonicMs } from '../../concurrency/clock.ts';
import type { SignalTarget, StopSource } from '../../process/stop-control.ts';

/** Seconds for ranks that are ended because another one has failed: enough to close files. */
export const ABORT_GRACE_SECONDS = 2;

/**
 * What stops one rank: the job's own stop, with its whole grace period, or, before that, the end of all ranks because one
 * has failed, with a short one.
 */
export class RankStop implements StopSource {
  readonly #job: StopSource;
  readonly #listeners = new Set<() => void>();
  #target: SignalTarget | undefined;
  #abortedAtMs: number | undefined;

  constructor(job: StopSource) {
    this.#job = job;
  }

  get signal(): NodeJS.Signals | undefined {
    return this.#abortedAtMs === undefined ? this.#job.signal : 'SIGTERM';
  }

  get graceSeconds(): number | undefined {
    return this.isAborted ? ABORT_GRACE_SECONDS : undefined;
  }

  onStop(listener: () => void): () => void {
    if (this.signal !== undefined) listener();
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  remainingMs(graceSeconds: number): number {
    if (this.#abortedAtMs === undefined) return this.#job.remainingMs(graceSeconds);
    return Math.max(0, ABORT_GRACE_SECONDS * 1000 - (monotonicMs() - this.#abortedAtMs));
  }

  passTo(target: SignalTarget): () => void {
    this.#target = target;
    return () => {
      if (this.#target === target) this.#target = undefined;
    };
  }

  /** Passes a signal of the job on. */
  receive(signal: NodeJS.Signals): void {
    this.#target?.(signal);
    if (this.#job.signal !== undefined) this.#tell();
  }

  /** Ends this rank, unless the job's own stop has done so already. */
  abort(): void {
    if (this.signal !== undefined) return;
    this.#abortedAtMs = monotonicMs();
    this.#target?.('SIGTERM');
    this.#tell();
  }

  get isAborted(): boolean {
    return this.#abortedAtMs !== undefined;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
