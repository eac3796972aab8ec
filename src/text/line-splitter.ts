const NEWLINE = 10;
const RETURN = 13;
// A buffer takes much more memory than the byte that a program may write at a time.
const MOST_BEGUN = 1024;

/** How a {@link LineSplitter} cuts. */
export interface LineOptions {
  /** A longer line is given in pieces of at most this many bytes (at least 4), so that no line is held without limit. */
  readonly longestBytes: number;
  /**
   * Whether a carriage return ends a line too, as in progress bars. The last byte of a chunk does not: a newline may follow
   * it, and `\r\n` stays together. By default only newlines end lines.
   */
  readonly splitsAtReturn?: boolean;
}

/**
 * Cuts a stream of bytes where lines end. The pieces are the stream's bytes, none added and none left out: a piece holds
 * whole lines, each with its break, or one part of a line that is longer than the limit and that lacks its break. The lines
 * and parts are the same however the stream is cut into chunks. A part ends with a whole character of UTF-8.
 */
export class LineSplitter {
  readonly #longestBytes: number;
  readonly #splitsAtReturn: boolean;
  #begun: Buffer[] = [];
  #begunBytes = 0;

  constructor({ longestBytes, splitsAtReturn = false }: LineOptions) {
    this.#longestBytes = longestBytes;
    this.#splitsAtReturn = splitsAtReturn;
  }

  /** Whether the start of a line is held: its end has not come yet. */
  get isInsideLine(): boolean {
    return this.#begunBytes > 0;
  }

  /**
   * The lines that end in these bytes. Only the end of a line that had begun before is copied: the other pieces share the
   * memory of `bytes`, and so does the start of a line that is held.
   */
  push(bytes: Buffer): readonly Buffer[] {
    const pieces: Buffer[] = [];
    let rest = bytes;
    while (this.#begunBytes > 0 && rest.length > 0) rest = this.#continueLine(rest, pieces);
    if (rest.length > 0) this.#cut(rest, pieces);
    return pieces;
  }

  /** The start of a line that is held, without its break, and no longer held then; undefined if there is none. */
  end(): Buffer | undefined {
    return this.#begunBytes === 0 ? undefined : this.#takeBegun();
  }

  /** The whole characters of the start of a line that is held; no longer held then. Undefined if there are none. */
  takeStart(): Buffer | undefined {
    const start = this.end();
    if (start === undefined) return undefined;
    const cut = wholeCharacters(start);
    if (cut < start.length) this.#keep(start.subarray(cut));
    return cut === 0 ? undefined : start.subarray(0, cut);
  }

  /** Adds to the line that has begun, up to its end or the limit. Returns the bytes behind it. */
  #continueLine(bytes: Buffer, pieces: Buffer[]): Buffer {
    const room = this.#longestBytes - this.#begunBytes;
    const near = bytes.subarray(0, room);
    const end = this.#endsInReturn() ? Number(near[0] === NEWLINE) : this.#firstEnd(near);
    if (end !== undefined) {
      pieces.push(this.#takeBegun(near.subarray(0, end)));
      return bytes.subarray(end);
    }
    if (near.length < room) {
      this.#keep(near);
      return bytes.subarray(near.length);
    }
    const full = this.#takeBegun(near);
    const cut = wholeCharacters(full);
    pieces.push(full.subarray(0, cut));
    if (cut < full.length) this.#keep(full.subarray(cut));
    return bytes.subarray(room);
  }

  /** Cuts bytes that begin with a line. */
  #cut(bytes: Buffer, pieces: Buffer[]): void {
    let start = 0;
    let next = 0;
    for (;;) {
      const near = bytes.subarray(next, next + this.#longestBytes);
      const end = this.#lastEnd(near);
      next += end;
      if (end > 0) continue;
      if (start < next) pieces.push(bytes.subarray(start, next));
      start = next;
      if (near.length < this.#longestBytes) break;
      next += wholeCharacters(near);
      pieces.push(bytes.subarray(start, next));
      start = next;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  /** Where the first line of `bytes` ends, its break included. */
  #firstEnd(bytes: Buffer): number | undefined {
    const newline = bytes.indexOf(NEWLINE);
    const line = newline < 0 ? bytes : bytes.subarray(0, newline);
    const returnAt = this.#splitsAtReturn ? line.indexOf(RETURN) : -1;
    if (returnAt >= 0 && returnAt + 1 < line.length) return returnAt + 1;
    return newline < 0 ? undefined : newline + 1;
  }

  /** Where the last whole line of `bytes` ends; 0 if there is none. */
  #lastEnd(bytes: Buffer): number {
    const newline = bytes.lastIndexOf(NEWLINE);
    if (!this.#splitsAtReturn || newline === bytes.length - 1) return newline + 1;
    return Math.max(newline, bytes.subarray(newline + 1, -1).lastIndexOf(RETURN) + newline + 1) + 1;
  }

  #endsInReturn(): boolean {
    return this.#splitsAtReturn && this.#begun.at(-1)?.at(-1) === RETURN;
  }

  #keep(bytes: Buffer): void {
    if (this.#begun.length === MOST_BEGUN) this.#begun = [Buffer.concat(this.#begun)];
    this.#begun.push(bytes);
    this.#begunBytes += bytes.length;
  }

  #takeBegun(...more: readonly Buffer[]): Buffer {
    const taken = Buffer.concat([...this.#begun, ...more]);
    this.#begun = [];
    this.#begunBytes = 0;
    return taken;
  }
}

/** How many of the bytes there are without a character at the end that lacks its last bytes. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3; back++) {
    const byte = bytes.at(-back) ?? 0;
    const isInside = (byte & 0xc0) === 0x80;
    if (!isInside) return bytesOfCharacter(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function bytesOfCharacter(firstByte: number): number {
  if (firstByte >= 0xf0) return 4;
  if (firstByte >= 0xe0) return 3;
  return firstByte >= 0xc0 ? 2 : 1;
}
