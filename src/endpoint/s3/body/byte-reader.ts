import { incompleteBody } from '../errors.ts';

/** Reads lines and counted bytes from pieces of any size. Holds one piece at a time. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = source;
  }

  /** The next line without its end, `\n` or `\r\n`. @throws ServiceError IncompleteBody if there is none of at most `maxBytes` */
  async line(maxBytes: number): Promise<string> {
    let line = '';
    for (;;) {
      const end = this.#piece.indexOf(0x0a);
      const part = end < 0 ? this.#piece : this.#piece.subarray(0, end);
      if (line.length + part.length > maxBytes) throw incompleteBody();
      line += Buffer.from(part).toString('latin1');
      this.#piece = this.#piece.subarray(part.length + (end < 0 ? 0 : 1));
      if (end >= 0) return line.endsWith('\r') ? line.slice(0, -1) : line;
      if (!(await this.#more())) throw incompleteBody();
    }
  }

  /** The next `bytes` bytes in pieces. @throws ServiceError IncompleteBody if there are fewer */
  async *take(bytes: number): AsyncGenerator<Uint8Array, void> {
    for (let left = bytes; left > 0; ) {
      if (this.#piece.length === 0 && !(await this.#more())) throw incompleteBody();
      const part = this.#piece.subarray(0, left);
      this.#piece = this.#piece.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  /** Whether nothing is left. */
  async isAtEnd(): Promise<boolean> {
    return this.#piece.length === 0 && !(await this.#more());
  }

  async #more(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done === true) return false;
      this.#piece = value;
      if (value.length > 0) return true;
    }
  }
}
