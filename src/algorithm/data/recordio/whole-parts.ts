import { DataError } from '../data-error.ts';
import { readHeader } from './frame.ts';

const HEADER_BYTES = 8;

/**
 * The same bytes in blocks that consist of whole parts of records. A block may be overwritten when the next one is requested.
 *
 * @throws DataError recordio-magic, recordio-length; the latter also if the last part is cut off.
 */
export async function* wholeParts(chunks: AsyncIterable<Buffer>, file?: string): AsyncGenerator<Buffer> {
  let tail: Buffer[] = [];
  let tailBytes = 0;
  /** Bytes that the tail needs until its first part is whole. */
  let needed = HEADER_BYTES;
  /** The position of the tail in the file. */
  let offset = 0;
  for await (const chunk of chunks) {
    if (tailBytes + chunk.length < needed) {
      tail.push(Buffer.from(chunk));
      tailBytes += chunk.length;
      continue;
    }
    const block = tailBytes === 0 ? chunk : Buffer.concat([...tail, chunk]);
    let end = 0;
    needed = HEADER_BYTES;
    for (let header = readHeader(block, 0, file, offset); header !== undefined; ) {
      if (header.next > block.length) {
        needed = header.next - end;
        break;
      }
      end = header.next;
      header = readHeader(block, end, file, offset);
    }
    if (end > 0) yield block.subarray(0, end);
    tail = [Buffer.from(block.subarray(end))];
    tailBytes = block.length - end;
    offset += end;
  }
  if (tailBytes > 0) {
    throw new DataError('recordio-length', `the last record is cut off: ${tailBytes} of at least ${needed} bytes`, {
      file,
      offset,
      fix: 'Copy the file completely, or write it again.',
    });
  }
}
