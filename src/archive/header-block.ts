import type { RawName } from '../job-tree/raw-name.ts';
import { RefusedEntry } from './unpack/unpack-errors.ts';

/** Size of the blocks that a tar archive is made of, in bytes. */
export const BLOCK = 512;

/** What a header block says, as it stands. */
export interface HeaderBlock {
  /** With the prefix of POSIX archives in front. */
  readonly name: RawName;
  readonly linkName: RawName;
  /** The type's letter or digit; `\0` in the oldest archives. */
  readonly type: string;
  /** Whether it has GNU's own fields instead of POSIX's. */
  readonly isGnu: boolean;
}

// Places of the fields, which are the same in all formats but for the prefix.
const SUM_AT = 148;
const SUM_END = 156;
const PREFIX_AT = 345;
// The type of a label, whose size GNU tar leaves blank.
const LABEL = 'V'.charCodeAt(0);
const POSIX_MAGIC = 'ustar\0';
const GNU_MAGIC = 'ustar ';

/** Whether the sum in a header block is right: of its bytes, or of signed ones, as some old programs wrote it. */
export function isHeaderBlock(block: Buffer): boolean {
  if (block.length < BLOCK) return false;
  let sum = (SUM_END - SUM_AT) * 0x20;
  let signed = 0;
  for (let at = 0; at < BLOCK; at++) {
    // The sum itself is summed as spaces.
    if (at === SUM_AT) at = SUM_END;
    const byte = block[at] ?? 0;
    sum += byte;
    if (byte > 0x7f) signed += 0x100;
  }
  const expected = readOctal(block, SUM_AT, SUM_END - SUM_AT);
  return expected !== undefined && !Number.isNaN(expected) && (expected === sum || expected === sum - signed);
}

/** The fields of a header block whose sum is right. */
export function readHeaderBlock(block: Buffer): HeaderBlock {
  const magic = block.toString('latin1', 257, 263);
  const name = readText(block, 0, 100);
  const prefix = magic === POSIX_MAGIC ? readText(block, PREFIX_AT, 155) : '';
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: readText(block, 157, 100),
    type: String.fromCharCode(block[156] ?? 0),
    isGnu: magic === GNU_MAGIC,
  };
}

/** Size of what follows the header, in bytes. */
export function readSize(block: Buffer): number {
  const size = readNumber(block, 124, 12, 'size') ?? (block[156] === LABEL ? 0 : undefined);
  if (size === undefined || size < 0) throw new RefusedEntry('has a size that is no number of bytes');
  return size;
}

/** Permissions and other bits; undefined where the field is blank. */
export function readMode(block: Buffer): number | undefined {
  return readNumber(block, 100, 8, 'mode');
}

/** Seconds since 1970; undefined where the field is blank. */
export function readTime(block: Buffer): number | undefined {
  return readNumber(block, 136, 12, 'time');
}

/**
 * A number of a header: octal digits, or binary with a mark in the first byte, as GNU has it for large ones.
 *
 * @throws RefusedEntry when it is neither, or larger than can be counted with.
 */
export function readNumber(block: Buffer, at: number, length: number, field: string): number | undefined {
  const mark = block[at] ?? 0;
  const value = mark >= 0x80 ? readBinary(block, at, length) : readOctal(block, at, length);
  if (Number.isNaN(value)) throw new RefusedEntry(`has a ${field} that is no number`);
  if (value !== undefined && !Number.isSafeInteger(value)) throw new RefusedEntry(`has a ${field} that is too large`);
  return value;
}

function readOctal(block: Buffer, start: number, length: number): number | undefined {
  const end = start + length;
  let at = start;
  while (at < end && block[at] === 0x20) at++;
  const first = at;
  let value = 0;
  for (; at < end; at++) {
    const digit = (block[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  const isTerminated = at === end || block[at] === 0 || block[at] === 0x20;
  if (!isTerminated) return Number.NaN;
  return at === first ? undefined : value;
}

// Two's complement over all bytes but the first, which tells the sign.
function readBinary(block: Buffer, start: number, length: number): number {
  const isNegative = block[start] === 0xff;
  if (!isNegative && block[start] !== 0x80) return Number.POSITIVE_INFINITY;
  let value = 0;
  for (let at = start + 1; at < start + length; at++) {
    const byte = block[at] ?? 0;
    value = value * 256 + (isNegative ? 0xff - byte : byte);
  }
  return isNegative ? -1 - value : value;
}

function readText(block: Buffer, start: number, length: number): RawName {
  const end = block.indexOf(0, start);
  return block.toString('latin1', start, end < 0 ? start + length : Math.min(end, start + length));
}
