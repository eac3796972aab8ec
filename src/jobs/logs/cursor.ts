import { closeSync, readSync } from 'node:fs';
import { openRegularFile } from '../../job-tree/input/regular-file.ts';
import { LineSplitter } from '../../text/line-splitter.ts';
import { logFile, TIME_ENTRY_BYTES, timesFile } from './files.ts';

/** Lines of one host that came together. */
export interface LogPart {
  readonly host: string;
  /** When they came, in milliseconds since 1970. */
  readonly time: number;
  /**
   * Each line with its break. The last one may lack it: at the end of a log, in a line longer than {@link LONGEST_LINE_BYTES},
   * and in a progress line that carriage returns rewrite.
   */
  readonly lines: Buffer;
}

/** Where a {@link LogCursor} is, so that another one can go on there. */
export interface LogPosition {
  /** Byte in the log. */
  readonly offset: number;
  /** Byte in the file of its times. */
  readonly timesOffset: number;
  /** The last of the times before, in milliseconds since 1970. */
  readonly time: number;
}

/** A longer line comes in pieces of at most this size. */
export const LONGEST_LINE_BYTES = 256 << 10;

const READ_BYTES = 256 << 10;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** A position in the log of a host, which may still grow. Its memory does not depend on the size of the log or its lines. */
export class LogCursor {
  readonly host: string;
  readonly #dir: string;
  readonly #times: TimesCursor;
  readonly #lines = new LineSplitter({ longestBytes: LONGEST_LINE_BYTES });
  /** Bytes of the log that were read. */
  #readBytes: number;
  /** Those of them that are in parts; the others are the start of a line. */
  #offset: number;
  #parts: LogPart[] = [];

  constructor(dir: string, host: string, from: LogPosition = { offset: 0, timesOffset: 0, time: 0 }) {
    this.host = host;
    this.#dir = dir;
    this.#readBytes = from.offset;
    this.#offset = from.offset;
    this.#times = new TimesCursor(timesFile(dir, host), from);
  }

  /** The position after the last part that was taken. Valid only if every part of the last read was taken. */
  get position(): LogPosition {
    return { offset: this.#offset, ...this.#times.position };
  }

  /** Takes the parts of the next read; none if there is no further whole line yet. */
  takeParts(): readonly LogPart[] {
    this.peek();
    return this.#parts.splice(0);
  }

  /** The next part, or undefined when there is no further whole line at present. */
  peek(): LogPart | undefined {
    while (this.#parts.length === 0 && this.#readMore()) {
      // A line may be longer than one read.
    }
    return this.#parts[0];
  }

  /** Takes what `peek` has shown. */
  skip(): void {
    this.#parts.shift();
  }

  /** The start of a line that nothing follows any more, once the job has ended. */
  takeRest(): LogPart | undefined {
    const rest = this.#lines.end();
    return rest && this.#partOf(rest);
  }

  /** The start of a line up to its last carriage return: a program that only rewrites one line ends none. */
  takeProgress(): LogPart | undefined {
    const rest = this.#lines.end();
    if (rest === undefined) return undefined;
    const end = rest.lastIndexOf(CARRIAGE_RETURN) + 1;
    this.#lines.push(rest.subarray(end));
    return end === 0 ? undefined : this.#partOf(rest.subarray(0, end));
  }

  #partOf(lines: Buffer): LogPart {
    const part = { host: this.host, time: this.#times.timeAt(this.#offset).time, lines };
    this.#offset += lines.length;
    return part;
  }

  #readMore(): boolean {
    const bytes = readAt(logFile(this.#dir, this.host), this.#readBytes, READ_BYTES);
    if (bytes.length === 0) return false;
    this.#readBytes += bytes.length;
    // A copy of a few bytes: the buffer of a read is much larger than what a slow program adds between two reads.
    for (const lines of this.#lines.push(bytes.length < READ_BYTES ? Buffer.from(bytes) : bytes)) {
      this.#parts.push(...this.#cutByTime(lines));
      this.#offset += lines.length;
    }
    return true;
  }

  // A line belongs to the time at which its first byte came.
  #cutByTime(whole: Buffer): LogPart[] {
    const parts: LogPart[] = [];
    for (let start = 0; start < whole.length; ) {
      const { time, until } = this.#times.timeAt(this.#offset + start);
      const limit = until - this.#offset;
      // The line that contains the last byte before `until` is the last one of this time.
      const lineEnd = limit >= whole.length ? 0 : whole.indexOf(NEWLINE, Math.max(start, limit - 1)) + 1;
      const end = lineEnd === 0 ? whole.length : lineEnd;
      parts.push({ host: this.host, time, lines: whole.subarray(start, end) });
      start = end;
    }
    return parts;
  }
}

/** Goes through the times of a log, forward only. */
class TimesCursor {
  readonly #file: string;
  #readBytes: number;
  #entries: Array<{ readonly offset: number; readonly time: number }> = [];
  #time: number;

  constructor(file: string, { timesOffset, time }: LogPosition) {
    this.#file = file;
    this.#readBytes = timesOffset;
    this.#time = time;
  }

  get position(): Omit<LogPosition, 'offset'> {
    return { timesOffset: this.#readBytes - this.#entries.length * TIME_ENTRY_BYTES, time: this.#time };
  }

  /** When the byte at `offset` came, and the place from which on a later time holds. */
  timeAt(offset: number): { readonly time: number; readonly until: number } {
    for (;;) {
      if (this.#entries.length === 0 && !this.#readMore()) return { time: this.#time, until: Number.POSITIVE_INFINITY };
      const next = this.#entries[0];
      if (next === undefined || next.offset > offset) return { time: this.#time, until: next?.offset ?? offset };
      this.#time = Math.max(this.#time, next.time);
      this.#entries.shift();
    }
  }

  #readMore(): boolean {
    const bytes = readAt(this.#file, this.#readBytes, 1024 * TIME_ENTRY_BYTES);
    const count = Math.floor(bytes.length / TIME_ENTRY_BYTES);
    this.#readBytes += count * TIME_ENTRY_BYTES;
    this.#entries = Array.from({ length: count }, (_, index) => ({
      offset: bytes.readDoubleLE(index * TIME_ENTRY_BYTES),
      time: bytes.readDoubleLE(index * TIME_ENTRY_BYTES + 8),
    }));
    return count > 0;
  }
}

/** At most `length` bytes of a file that need not be there yet. */
function readAt(file: string, position: number, length: number): Buffer {
  const descriptor = openRegularFile(file);
  if (descriptor === undefined) return Buffer.alloc(0);
  try {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, position));
  } finally {
    closeSync(descriptor);
  }
}
