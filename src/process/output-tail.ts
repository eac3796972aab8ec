/** Keeps the last bytes of a stream, about `limit` of them, whatever its length and with or without newlines. */
export class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #size = 0;
  #received = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    this.#size += chunk.length;
    while (this.#size - (this.#chunks[0]?.length ?? 0) >= this.#limit) this.#size -= this.#chunks.shift()?.length ?? 0;
  }

  /** Bytes pushed so far. */
  get received(): number {
    return this.#received;
  }

  /** The last bytes as text, see {@link afterCut}; what is not UTF-8 becomes the replacement character. */
  text(): string {
    const text = Buffer.concat(this.#chunks).subarray(-this.#limit).toString('utf8');
    return this.#received > this.#limit ? afterCut(text) : text;
  }
}

/**
 * A text without its beginning, which may be the rest of a secret: nothing shows that any more. The text begins with a line,
 * or in a line that is too long with a word.
 */
export function afterCut(text: string): string {
  const line = /[\n\r](?=[^\n\r])/.exec(text);
  if (line !== null) return text.slice(line.index + 1);
  const word = /\s(?=\S)/.exec(text);
  return `…${word === null ? '' : text.slice(word.index)}`;
}
