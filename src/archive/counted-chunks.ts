import { crc32 } from 'node:zlib';

/** Passes chunks on, and knows what a gzip stream of those that went by ends with. */
export class CountedChunks implements AsyncIterable<Buffer> {
  readonly #chunks: AsyncIterable<Buffer>;
  #sum = 0;
  #bytes = 0;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.#chunks) {
      this.#sum = crc32(chunk, this.#sum);
      this.#bytes += chunk.length;
      yield chunk;
    }
  }

  /** The last eight bytes of such a stream: sum and size of the content (RFC 1952). */
  trailer(): Buffer {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#sum, 0);
    trailer.writeUInt32LE(this.#bytes % 2 ** 32, 4);
    return trailer;
  }
}
