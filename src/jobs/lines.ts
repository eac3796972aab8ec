const NEWLINE = 10;
// A line without an end is passed on in pieces of this size.
const LONGEST_BYTES = 64 * 1024;

/** Cuts a stream of bytes where lines end. */
export class Lines {
  #rest: Buffer[] = [];
  #restBytes = 0;

  /**
   * The whole lines that are there with these bytes, each with its break, in up to two pieces: of the bytes only the end of
   * a line that had begun before is copied.
   */
  push(bytes: Buffer): readonly Buffer[] {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end === 0 && this.#restBytes + bytes.length < LONGEST_BYTES) {
      this.#keep(bytes);
      return [];
    }
    const cut = end === 0 ? bytes.length : end;
    const pieces: Buffer[] = [];
    let start = 0;
    if (this.#restBytes > 0) {
      start = end === 0 ? cut : bytes.indexOf(NEWLINE) + 1;
      pieces.push(Buffer.concat([...this.#rest, bytes.subarray(0, start)]));
    }
    if (start < cut) pieces.push(bytes.subarray(start, cut));
    this.#rest = [];
    this.#restBytes = 0;
    if (cut < bytes.length) this.#keep(bytes.subarray(cut));
    return pieces;
  }

  /** What is left without a break at the end of the stream; undefined when nothing is. */
  end(): Buffer | undefined {
    const rest = this.#restBytes === 0 ? undefined : Buffer.concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    return rest;
  }

  #keep(bytes: Buffer): void {
    this.#rest.push(bytes);
    this.#restBytes += bytes.length;
  }
}
