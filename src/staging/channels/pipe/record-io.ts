/** Opens each part of a record (contract C41). */
const MAGIC = 0xced7230a;
/** Most bytes that the 29 bits of a part's length can say. */
const LARGEST_PART = 2 ** 29 - 1;
const PADDING = Buffer.alloc(3);

/** Where a part is in its record. */
const WHOLE = 0;
const FIRST = 1;
const MIDDLE = 2;
const LAST = 3;

/**
 * Wraps `content`, of `bytes` bytes, as one RecordIO record (contract C41). What is too large for one part is one record
 * of several; all but the last are multiples of 4 bytes, so that only the end is padded.
 *
 * @throws RangeError when the content has another length.
 */
export async function* wrapRecord(
  content: AsyncIterable<Buffer>,
  bytes: number,
  largestPart = LARGEST_PART,
): AsyncGenerator<Buffer> {
  const partBytes = bytes <= largestPart ? bytes : largestPart - (largestPart % 4);
  let done = 0;
  let left = partBytes;
  yield partHeader(0, left, bytes);
  for await (const chunk of content) {
    if (done + chunk.length > bytes) throw new RangeError(`more than the ${bytes} bytes it had`);
    let rest = chunk;
    while (rest.length > left) {
      yield rest.subarray(0, left);
      done += left;
      rest = rest.subarray(left);
      left = Math.min(partBytes, bytes - done);
      yield partHeader(done, left, bytes);
    }
    yield rest;
    done += rest.length;
    left -= rest.length;
  }
  if (done !== bytes) throw new RangeError(`${done} bytes instead of the ${bytes} it had`);
  if (bytes % 4 !== 0) yield PADDING.subarray(0, 4 - (bytes % 4));
}

function partHeader(start: number, partBytes: number, bytes: number): Buffer {
  const isFirst = start === 0;
  const isLast = start + partBytes === bytes;
  const flag = isFirst ? (isLast ? WHOLE : FIRST) : isLast ? LAST : MIDDLE;
  const header = Buffer.allocUnsafe(8);
  header.writeUInt32LE(MAGIC, 0);
  // Unsigned: the flag's highest bit would make a signed number negative.
  header.writeUInt32LE(flag * 2 ** 29 + partBytes, 4);
  return header;
}
