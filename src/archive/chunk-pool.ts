/** Size of the pieces that an archive is made in. Fixed, since what compresses in parallel cuts where they end. */
export const CHUNK_BYTES = 1024 * 1024;

/**
 * Memory for chunks, used again and again: having the system find a new mebibyte for each costs more time than reading
 * the content does.
 */
export class ChunkPool {
  readonly #free: Buffer[] = [];

  /** A whole chunk, whatever it holds. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }

  /** Takes back a chunk that has no reader any more. */
  giveBack(chunk: Buffer): void {
    if (chunk.length === CHUNK_BYTES) this.#free.push(chunk);
  }
}
