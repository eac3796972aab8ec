import { close, read } from 'node:fs';
import { Readable } from 'node:stream';
import type { MemoryBudget } from './memory-budget.ts';

/** A part of an open file, and what its memory is taken from. */
export interface ContentRange {
  readonly descriptor: number;
  readonly start: number;
  readonly end: number;
  readonly budget: MemoryBudget;
}

/** Streams bytes of an open file, and closes it at the end. Holds two blocks at most. */
export class ContentStream extends Readable {
  readonly #range: ContentRange;
  #at: number;
  /** The last two blocks: one waits here, one in the socket. */
  #held: readonly number[] = [];
  #isReading = false;
  #onIdle: (() => void) | undefined;

  constructor(range: ContentRange) {
    // Reads a block when none is left, and none ahead of it.
    super({ highWaterMark: 1 });
    this.#range = range;
    this.#at = range.start;
  }

  override _read(): void {
    const { descriptor, end, budget } = this.#range;
    const bytes = Math.min(budget.blockBytes(), end - this.#at);
    if (bytes <= 0) {
      this.push(null);
      return;
    }
    this.#hold(bytes);
    this.#isReading = true;
    read(descriptor, Buffer.allocUnsafeSlow(bytes), 0, bytes, this.#at, (error, count, block) => {
      this.#isReading = false;
      this.#onIdle?.();
      if (this.destroyed) return;
      if (error !== null) this.destroy(error);
      else if (count === 0) this.destroy(new Error('the file has become shorter while it was read'));
      else {
        this.#at += count;
        this.push(count === bytes ? block : block.subarray(0, count));
      }
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const end = () => {
      for (const bytes of this.#held) this.#range.budget.free(bytes);
      this.#held = [];
      close(this.#range.descriptor, (closeError) => done(error ?? closeError));
    };
    // The number of a descriptor that is being read must not become that of another file.
    if (this.#isReading) this.#onIdle = end;
    else end();
  }

  #hold(bytes: number): void {
    this.#range.budget.hold(bytes);
    this.#held = [...this.#held, bytes];
    const [oldest = 0] = this.#held;
    if (this.#held.length <= 2) return;
    this.#range.budget.free(oldest);
    this.#held = this.#held.slice(1);
  }
}
