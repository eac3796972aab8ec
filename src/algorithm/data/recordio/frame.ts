import { DataError } from '../data-error.ts';

/** Opens each part of a record (contract C41), as the bytes of a file. */
export const MAGIC = Buffer.from([0x0a, 0x23, 0xd7, 0xce]);
const MAGIC_NUMBER = 0xced7230a;

/** Most bytes that the 29 bits of a length can say. */
export const LARGEST_PART = 2 ** 29 - 1;
/** Largest record that is read: a row of 64 million singles. A damaged length must not fill the memory. */
export const LARGEST_RECORD = 256 << 20;

const HEADER_BYTES = 8;

const WRITE_RECORDS =
  'Write each record with its magic number, 0a23d7ce, its length, and zeros up to a multiple of 4 bytes.';
// Built-in algorithms read RecordIO if a channel has no content type, so a CSV file without one ends here.
const NAME_THE_TYPE =
  'The file is text. Set ContentType of the channel, such as text/csv, or text/csv;label_size=0 for rows without a label.';

/** The place of a part in its record. */
export const PART = { whole: 0, first: 1, middle: 2, last: 3 } as const;

/**
 * The content as one record, with header and padding, as `sagemaker.amazon.common` writes it.
 *
 * @example
 * ```ts
 * import { appendFileSync } from 'node:fs';
 * import { frameRecord } from 'optml/recordio';
 *
 * appendFileSync('own.rec', frameRecord(new TextEncoder().encode('a record')));
 * ```
 */
export function frameRecord(content: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(frameBytes(content.length));
  frame.set(content, writeHeader(frame, 0, content.length));
  frame.fill(0, HEADER_BYTES + content.length);
  return frame;
}

/** Bytes of a record with a content of so many bytes. @throws DataError recordio-length beyond 512 MiB. */
export function frameBytes(length: number): number {
  if (length > LARGEST_PART) {
    throw new DataError('recordio-length', `a record has ${length} bytes`, {
      fix: `Write records of at most ${LARGEST_PART} bytes.`,
    });
  }
  return HEADER_BYTES + padded(length);
}

/** Writes the header of a whole record. Returns the position behind it. */
export function writeHeader(target: Buffer, at: number, length: number): number {
  target.writeUInt32LE(MAGIC_NUMBER, at);
  return target.writeUInt32LE(length, at + 4);
}

/** The header of a part. `start` and `end` are those of its content; `next` is the position behind its padding. */
export interface PartHeader {
  readonly flag: number;
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/**
 * Reads the header at `at`; undefined if fewer than 8 bytes are left. `offset` is the position of the buffer in its file.
 *
 * @throws DataError recordio-magic, recordio-length.
 */
export function readHeader(
  bytes: Buffer,
  at: number,
  file: string | undefined,
  offset: number,
  largest: number = LARGEST_RECORD,
): PartHeader | undefined {
  if (bytes.length - at < HEADER_BYTES) return undefined;
  if (bytes.readUInt32LE(at) !== MAGIC_NUMBER) {
    throw new DataError(
      'recordio-magic',
      `there is no RecordIO record: it starts with ${bytes.toString('hex', at, at + 4)}`,
      {
        file,
        offset: offset + at,
        fix: isText(bytes.subarray(at, at + HEADER_BYTES)) ? NAME_THE_TYPE : WRITE_RECORDS,
      },
    );
  }
  const word = bytes.readUInt32LE(at + 4);
  const flag = word >>> 29;
  const length = word & LARGEST_PART;
  if (flag > PART.last || length > largest) {
    const what = flag > PART.last ? `a continuation flag of ${flag}` : `a length of ${length} bytes`;
    throw new DataError('recordio-length', `a record has ${what}`, {
      file,
      offset: offset + at + 4,
      fix: `Write records of at most ${Math.min(largest, LARGEST_PART)} bytes.`,
    });
  }
  const start = at + HEADER_BYTES;
  return { flag, start, end: start + length, next: start + padded(length) };
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d));
}
