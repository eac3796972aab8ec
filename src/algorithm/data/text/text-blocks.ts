import { DataError } from '../data-error.ts';
import { wholeLines } from './whole-lines.ts';

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/**
 * The lines of a text in blocks, without the byte order mark of UTF-8.
 *
 * @throws DataError encoding for UTF-16; line-length.
 */
export async function* textBlocks(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const block of wholeLines(chunks, file)) {
    if (!isFirst) {
      yield block;
      continue;
    }
    isFirst = false;
    if (UTF16_MARKS.some((mark) => block.subarray(0, 2).equals(mark))) {
      throw new DataError('encoding', 'the file is UTF-16 text', {
        file,
        line: 1,
        fix: 'Write the file as UTF-8 text.',
      });
    }
    const rest = block.subarray(0, MARK.length).equals(MARK) ? block.subarray(MARK.length) : block;
    if (rest.length > 0) yield rest;
  }
}
