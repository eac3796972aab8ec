import { DataError } from '../data-error.ts';

const NEWLINE = 0x0a;

/** Longest line of text: a million numbers of 16 digits. A file without line ends must not fill the memory. */
export const LONGEST_LINE = 16 << 20;

/**
 * The same bytes in blocks that end where a line ends; only the last block may end without a line feed. A chunk may be
 * overwritten when the next one is requested, and so may a block.
 *
 * @throws DataError line-length for a line of more than `longest` bytes.
 */
export async function* wholeLines(
  chunks: AsyncIterable<Buffer>,
  file: string,
  longest = LONGEST_LINE,
): AsyncGenerator<Buffer> {
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let offset = 0;
  for await (const chunk of chunks) {
    const start = chunk.indexOf(NEWLINE) + 1;
    if (tailBytes + (start || chunk.length) > longest) throw tooLong(file, offset - tailBytes, longest);
    offset += chunk.length;
    if (start === 0) {
      tail.push(Buffer.from(chunk));
      tailBytes += chunk.length;
      continue;
    }
    if (tailBytes > 0) yield Buffer.concat([...tail, chunk.subarray(0, start)]);
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    const from = tailBytes > 0 ? start : 0;
    if (end > from) yield chunk.subarray(from, end);
    tailBytes = chunk.length - end;
    tail = tailBytes > 0 ? [Buffer.from(chunk.subarray(end))] : [];
  }
  if (tailBytes > 0) yield Buffer.concat(tail);
}

function tooLong(file: string, offset: number, longest: number): DataError {
  return new DataError('line-length', `a line has more than ${longest} bytes`, {
    file,
    offset,
    fix: 'End each row with a line feed. Check that the file has the content type of the channel.',
  });
}
