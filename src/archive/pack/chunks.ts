import { CHUNK_BYTES, type ChunkPool } from '../chunk-pool.ts';

/** Gathers bytes into chunks of one size. */
export class Chunks {
  readonly #pool: ChunkPool;
  #full: Buffer[] = [];
  #chunk: Buffer | undefined;
  #length = 0;

  constructor(pool: ChunkPool) {
    this.#pool = pool;
  }

  add(part: Buffer): void {
    for (let start = 0; start < part.length; ) {
      const count = part.copy(this.#current(), this.#length, start);
      start += count;
      this.filled(count);
    }
  }

  /** Where the next bytes can be written: never empty. */
  space(): Buffer {
    return this.#current().subarray(this.#length);
  }

  /** Adds the `count` bytes that were written into {@link space}. */
  filled(count: number): void {
    this.#length += count;
    if (this.#length < CHUNK_BYTES) return;
    this.#full.push(this.#current());
    this.#chunk = undefined;
    this.#length = 0;
  }

  /** The chunks that became full since the last call; undefined for none. */
  takeFull(): readonly Buffer[] | undefined {
    if (this.#full.length === 0) return undefined;
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** The last chunk, which may be shorter. */
  rest(): Buffer {
    return this.#current().subarray(0, this.#length);
  }

  // As late as possible: a chunk that was given back meanwhile is still in the processor's cache.
  #current(): Buffer {
    this.#chunk ??= this.#pool.take();
    return this.#chunk;
  }
}
