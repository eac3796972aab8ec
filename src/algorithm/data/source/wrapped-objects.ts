import type { DataPart } from '../channel.ts';
import { DataError } from '../data-error.ts';
import { PART, type PartHeader, readHeader } from '../recordio/frame.ts';

const HEADER_BYTES = 8;

/**
 * The objects of a channel that the platform has wrapped as RecordIO records (contract C41), of any size: only a chunk is in
 * memory. Each must be read before the next one; what is left of it is skipped.
 *
 * @throws DataError recordio-magic, recordio-length.
 */
export async function* wrappedObjects(content: AsyncIterable<Buffer>, name: string): AsyncGenerator<DataPart> {
  const stream = new ByteQueue(content, name);
  try {
    for (let object = 1; await stream.has(1); object++) {
      const rest = objectContent(stream);
      yield { name: `${name}, object ${object}`, content: () => unclosed(rest) };
      // An object of which only the beginning was read.
      for await (const _ of unclosed(rest));
    }
  } finally {
    await stream.close();
  }
}

/** The rest of a generator, which stays open when the loop is left. */
async function* unclosed(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

async function* objectContent(stream: ByteQueue): AsyncGenerator<Buffer> {
  for (let isFirst = true; ; isFirst = false) {
    const header = await stream.header();
    const begins = header.flag === PART.whole || header.flag === PART.first;
    if (begins !== isFirst) throw stream.error('the parts of a record are not in order');
    for (let left = header.end - header.start; left > 0; ) {
      const chunk = await stream.take(left);
      left -= chunk.length;
      yield chunk;
    }
    for (let left = header.next - header.end; left > 0; ) left -= (await stream.take(left)).length;
    if (header.flag === PART.whole || header.flag === PART.last) return;
  }
}

/** Takes bytes from chunks. A chunk is valid until the next call. */
class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #name: string;
  #chunk: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(content: AsyncIterable<Buffer>, name: string) {
    this.#chunks = content[Symbol.asyncIterator]();
    this.#name = name;
  }

  /** Whether there are so many bytes more; they are in one chunk then. */
  async has(count: number): Promise<boolean> {
    while (this.#chunk.length < count) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return false;
      this.#chunk = this.#chunk.length === 0 ? value : Buffer.concat([this.#chunk, value]);
    }
    return true;
  }

  async header(): Promise<PartHeader> {
    if (!(await this.has(HEADER_BYTES))) throw this.error('the last record is cut off');
    const header = readHeader(this.#chunk, 0, this.#name, this.#offset, Number.POSITIVE_INFINITY);
    if (header === undefined) throw this.error('the last record is cut off');
    this.#skip(HEADER_BYTES);
    return header;
  }

  /** From one byte up to so many. */
  async take(most: number): Promise<Buffer> {
    if (!(await this.has(1))) throw this.error('the last record is cut off');
    const taken = this.#chunk.subarray(0, most);
    this.#skip(taken.length);
    return taken;
  }

  error(problem: string): DataError {
    return new DataError('recordio-length', problem, {
      file: this.#name,
      offset: this.#offset,
      fix: 'Check the record wrapper of the channel, and that the data is complete.',
    });
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  #skip(count: number): void {
    this.#chunk = this.#chunk.subarray(count);
    this.#offset += count;
  }
}
