import { closeSync, fstatSync, readSync } from 'node:fs';
import { openRegularFile } from '../../job-tree/input/regular-file.ts';
import { logFile, TIME_ENTRY_BYTES, timesFile } from './files.ts';

/** A line in the log of a host. */
export interface LogLine {
  /** Where it begins in the log, in bytes. */
  readonly offset: number;
  /** Where the next one begins. */
  readonly end: number;
  /** When it came, in milliseconds since 1970. */
  readonly time: number;
  /** Without its line break. A view that is valid until the next line is asked for. */
  readonly bytes: Buffer;
}

/** Bytes of the log, from `from` up to but not including `until`, that came at `time`. */
interface TimeSpan {
  readonly from: number;
  readonly until: number;
  readonly time: number;
}

// A line without a break in a whole block is cut at the block's end, so that a line needs no more memory than two blocks.
const BLOCK_BYTES = 256 << 10;
const NEWLINE = 10;

/**
 * The log of one host, read from any place in both directions. Lines are the same in both: they end with a line break, or
 * where a block without any break ends. To be closed.
 */
export class HostLog {
  readonly #log: number | undefined;
  readonly #times: number | undefined;
  readonly #timeCount: number;
  readonly #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #span: TimeSpan = { from: 0, until: 0, time: 0 };
  #blockIndex = -1;
  #blockLength = 0;
  /** Bytes of the log, when it was opened, up to the end of its last line. */
  readonly size: number;

  /** `hasEnded`: whether the job has ended, so that a last line without a break is one. */
  constructor(dir: string, host: string, hasEnded: boolean) {
    this.#log = openRegularFile(logFile(dir, host));
    this.#times = openRegularFile(timesFile(dir, host));
    const bytes = this.#log === undefined ? 0 : fstatSync(this.#log).size;
    this.#timeCount = this.#times === undefined ? 0 : Math.floor(fstatSync(this.#times).size / TIME_ENTRY_BYTES);
    this.size = hasEnded ? bytes : this.#startOfLine(bytes);
  }

  close(): void {
    for (const descriptor of [this.#log, this.#times]) if (descriptor !== undefined) closeSync(descriptor);
  }

  /** The line that begins at `offset`, the start of a line; undefined at the end. */
  lineAt(offset: number): LogLine | undefined {
    if (offset >= this.size) return undefined;
    const end = this.#endOfLine(offset);
    return { offset, end, time: this.timeOf(offset), bytes: this.#bytes(offset, end) };
  }

  /** The line that ends at `end`, the start of a line or the end of the log; undefined at the start. */
  lineBefore(end: number): LogLine | undefined {
    if (end <= 0) return undefined;
    const offset = this.#startOfLine(end - 1);
    return { offset, end, time: this.timeOf(offset), bytes: this.#bytes(offset, end) };
  }

  /** The start of the first line that came at `time` or later (milliseconds since 1970). */
  offsetAt(time: number): number {
    const index = this.#firstEntry((entry) => entry.time >= time);
    if (index >= this.#timeCount) return this.size;
    const { offset } = this.#entry(index);
    // A line belongs to the time of its first byte.
    const start = offset === 0 ? 0 : this.#startOfLine(offset);
    return Math.min(this.size, start === offset ? offset : this.#endOfLine(start));
  }

  /** When the byte at `offset` came, in milliseconds since 1970; 0 if that was not noted. */
  timeOf(offset: number): number {
    const { from, until } = this.#span;
    // Lines are mostly asked for one after the other.
    if (offset < from || offset >= until) this.#span = this.#spanOf(offset);
    return this.#span.time;
  }

  #spanOf(offset: number): TimeSpan {
    const next = this.#firstEntry((entry) => entry.offset > offset);
    const until = next < this.#timeCount ? this.#entry(next).offset : Number.POSITIVE_INFINITY;
    if (next === 0) return { from: 0, until, time: 0 };
    const { offset: from, time } = this.#entry(next - 1);
    return { from, until, time: Math.floor(time) };
  }

  #firstEntry(isBehind: (entry: { readonly offset: number; readonly time: number }) => boolean): number {
    let low = 0;
    let high = this.#timeCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBehind(this.#entry(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #entry(index: number): { readonly offset: number; readonly time: number } {
    const bytes = Buffer.alloc(TIME_ENTRY_BYTES);
    if (this.#times !== undefined) readSync(this.#times, bytes, 0, TIME_ENTRY_BYTES, index * TIME_ENTRY_BYTES);
    return { offset: bytes.readDoubleLE(0), time: bytes.readDoubleLE(8) };
  }

  /** The start of the line that contains the byte at `offset`; `offset` itself if a line begins there. */
  #startOfLine(offset: number): number {
    for (let index = Math.floor((offset - 1) / BLOCK_BYTES); index >= 0; index--) {
      const block = this.#blockAt(index);
      const start = index * BLOCK_BYTES;
      const found = block.subarray(0, offset - start).lastIndexOf(NEWLINE);
      if (found >= 0) return start + found + 1;
      // Of this block the bytes from `offset` on may have a break: then it is no block without any.
      if (offset - start >= BLOCK_BYTES) return start + BLOCK_BYTES;
    }
    return 0;
  }

  /** The end of the line that begins at `offset`, behind its break. */
  #endOfLine(offset: number): number {
    const first = Math.floor(offset / BLOCK_BYTES);
    for (let index = first; index * BLOCK_BYTES < this.size; index++) {
      const block = this.#blockAt(index);
      const start = index * BLOCK_BYTES;
      const found = block.indexOf(NEWLINE, Math.max(0, offset - start));
      if (found >= 0) return start + found + 1;
      const isWhole = start >= offset && block.length === BLOCK_BYTES;
      if (isWhole) return start + BLOCK_BYTES;
    }
    return this.size;
  }

  #bytes(offset: number, end: number): Buffer {
    const pieces: Buffer[] = [];
    for (let at = offset; at < end; ) {
      const index = Math.floor(at / BLOCK_BYTES);
      const start = index * BLOCK_BYTES;
      const piece = this.#blockAt(index).subarray(at - start, end - start);
      if (piece.length === 0) break;
      pieces.push(end - start <= BLOCK_BYTES && pieces.length === 0 ? piece : Buffer.from(piece));
      at += piece.length;
    }
    const whole = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
    return whole.at(-1) === NEWLINE ? whole.subarray(0, -1) : whole;
  }

  #blockAt(index: number): Buffer {
    if (index !== this.#blockIndex) {
      this.#blockIndex = index;
      this.#blockLength =
        this.#log === undefined ? 0 : readSync(this.#log, this.#block, 0, BLOCK_BYTES, index * BLOCK_BYTES);
    }
    return this.#block.subarray(0, this.#blockLength);
  }
}
