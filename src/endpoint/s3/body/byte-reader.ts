import { incompleteBody } from '../errors.ts';

const LINE_END = 0x0a;

/** Reads lines and counted bytes from pieces of any size. Holds one piece at a time. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = source;
  }

  /** The next line without its end, `\n` or `\r\n`, if all of it has arrived: as {@link line}, without its cost. */
  arrivedLine(maxBytes: number): string | undefined {
    const end = this.#piece.indexOf(LINE_END);
    if (end < 0) return undefined;
    if (end > maxBytes) throw incompleteBody();
    const line = this.#text(end);
    this.#piece = this.#piece.subarray(end + 1);
    return withoutReturn(line);
  }

  /** The next line without its end, `\n` or `\r\n`. @throws ServiceError IncompleteBody if there is none of at most `maxBytes` */
  async line(maxBytes: number): Promise<string> {
    let start = '';
    for (;;) {
      const rest = this.arrivedLine(maxBytes - start.length);
      if (rest !== undefined) return rest === '' ? withoutReturn(start) : start + rest;
      if (start.length + this.#piece.length > maxBytes) throw incompleteBody();
      start += this.#text(this.#piece.length);
      if (!(await this.more())) throw incompleteBody();
    }
  }

  /** As many of the next `bytes` bytes as have arrived. */
  arrivedBytes(bytes: number): Uint8Array {
    const part = this.#piece.subarray(0, bytes);
    this.#piece = this.#piece.subarray(part.length);
    return part;
  }

  /** Whether nothing is left. */
  async isAtEnd(): Promise<boolean> {
    return this.#piece.length === 0 && !(await this.more());
  }

  /** Waits for the next piece, in place of the present one. False if there is none. */
  async more(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done === true) return false;
      this.#piece = value;
      if (value.length > 0) return true;
    }
  }

  #text(bytes: number): string {
    const { buffer, byteOffset } = this.#piece;
    return Buffer.from(buffer, byteOffset, bytes).toString('latin1');
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
