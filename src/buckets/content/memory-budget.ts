/** Bytes that all transfers together may hold beyond their least. */
const MOST_BYTES = 48 << 20;
const LEAST_BLOCK = 16 << 10;
const MOST_BLOCK = 512 << 10;

/**
 * Shares memory among the contents that are read and written: few of them get large blocks, which is fast; a thousand that
 * wait for slow clients get small ones.
 */
export class MemoryBudget {
  #held = 0;

  /** How large the next block of a transfer may be. */
  blockBytes(): number {
    const share = (MOST_BYTES - this.#held) >> 3;
    return Math.max(LEAST_BLOCK, Math.min(MOST_BLOCK, share));
  }

  hold(bytes: number): void {
    this.#held += bytes;
  }

  free(bytes: number): void {
    this.#held -= bytes;
  }
}
