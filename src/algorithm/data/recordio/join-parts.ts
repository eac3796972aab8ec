import { DataError } from '../data-error.ts';
import { LARGEST_RECORD, PART, readHeader } from './frame.ts';

/**
 * Joins the parts of records. As SageMaker writes them, the content of the parts is simply one after the other; MXNet would
 * put the magic number between them.
 */
export class PartJoiner {
  readonly #file: string | undefined;
  #parts: Buffer[] = [];
  #bytes = 0;
  #offset = 0;

  constructor(file?: string) {
    this.#file = file;
  }

  /** Calls `use` with the content of each record that ends in a block of whole parts. Stops early if `use` returns false. */
  read(block: Buffer, from: number, use: (bytes: Buffer, start: number, end: number) => boolean): number {
    let at = from;
    while (at < block.length) {
      const header = readHeader(block, at, this.#file, this.#offset);
      if (header === undefined) break;
      const { flag, start, end, next } = header;
      const isFirst = flag === PART.whole || flag === PART.first;
      if (isFirst !== (this.#parts.length === 0)) throw this.#wrongOrder(at);
      at = next;
      if (flag === PART.whole) {
        if (!use(block, start, end)) break;
        continue;
      }
      this.#parts.push(Buffer.from(block.subarray(start, end)));
      this.#bytes += end - start;
      if (this.#bytes > LARGEST_RECORD) throw this.#tooLarge(at);
      if (flag !== PART.last) continue;
      const content = Buffer.concat(this.#parts);
      this.#parts = [];
      this.#bytes = 0;
      if (!use(content, 0, content.length)) break;
    }
    if (at >= block.length) this.#offset += block.length;
    return at;
  }

  /** Checks that no record is open at the end. */
  end(): void {
    if (this.#parts.length === 0) return;
    throw this.#error(0, 'the last part of the last record is missing', 'Copy the file completely, or write it again.');
  }

  #wrongOrder(at: number): DataError {
    const what =
      this.#parts.length === 0 ? 'a part continues no record' : 'a record begins before the last one has ended';
    return this.#error(at, what, 'Write the parts of a record one after the other: flags 1, 2 and 3.');
  }

  #tooLarge(at: number): DataError {
    return this.#error(at, `a record has more than ${LARGEST_RECORD} bytes`, 'Write smaller records.');
  }

  #error(at: number, problem: string, fix: string): DataError {
    return new DataError('recordio-length', problem, { file: this.#file, offset: this.#offset + at, fix });
  }
}
