const NEWLINE = 10;
// A line without an end is passed on in pieces of this size.
const LONGEST_BYTES = 64 * 1024;

/** Cuts a stream of bytes where lines end. */
export class Lines {
  #rest: Buffer[] = [];
  #restBytes = 0;

  /** The whole lines that are there with these bytes, each with its break; undefined while there are none. */
  push(bytes: Buffer): Buffer | undefined {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end === 0 && this.#restBytes + bytes.length < LONGEST_BYTES) {
      this.#keep(bytes);
      return undefined;
    }
    const cut = end === 0 ? bytes.length : end;
    const lines =
      this.#restBytes === 0 ? bytes.subarray(0, cut) : Buffer.concat([...this.#rest, bytes.subarray(0, cut)]);
    this.#rest = [];
    this.#restBytes = 0;
    if (cut < bytes.length) this.#keep(bytes.subarray(cut));
    return lines;
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
