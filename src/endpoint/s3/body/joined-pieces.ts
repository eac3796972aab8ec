/** Pieces of at least so many bytes are passed on without a copy. */
const LARGE_BYTES = 4096;
const MOST_BYTES = 16 * 1024;

/** Joins small pieces: each one that is passed on costs microseconds, and a body can consist of pieces of one byte. */
export class JoinedPieces {
  #joined: Uint8Array | undefined;
  #length = 0;

  /** Adds a piece. Returns false, without it, if it must be passed on by itself, behind those that {@link take} returns. */
  add(piece: Uint8Array): boolean {
    if (piece.length >= LARGE_BYTES || this.#length + piece.length > MOST_BYTES) return false;
    this.#joined ??= Buffer.allocUnsafeSlow(MOST_BYTES);
    this.#joined.set(piece, this.#length);
    this.#length += piece.length;
    return true;
  }

  /** All pieces so far as one; none if they are empty. The next ones begin another. */
  take(): readonly Uint8Array[] {
    if (this.#joined === undefined || this.#length === 0) return [];
    const taken = this.#joined.subarray(0, this.#length);
    this.#joined = undefined;
    this.#length = 0;
    return [taken];
  }
}
