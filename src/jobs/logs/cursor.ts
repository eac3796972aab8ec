import { closeSync, openSync, readSync } from 'node:fs';
import { systemErrorCode } from '../../errors/error.ts';
import { logFile, TIME_ENTRY_BYTES, timesFile } from './files.ts';

/** Whole lines of one host that came together. */
export interface LogPart {
  readonly host: string;
  /** When they came, in milliseconds since 1970. */
  readonly time: number;
  /** Each line with its break; the last line of a log may lack it. */
  readonly lines: Buffer;
}

const READ_BYTES = 256 << 10;
const NEWLINE = 10;

/** A place in the log of a host, which may still grow. Takes the memory of a piece of the log, and of its longest line. */
export class LogCursor {
  readonly host: string;
  readonly #dir: string;
  readonly #times: TimesCursor;
  /** Read and not given out: the start of a line. */
  #rest: Buffer = Buffer.alloc(0);
  /** Place of `#rest` in the log. */
  #offset = 0;
  #parts: LogPart[] = [];

  constructor(dir: string, host: string) {
    this.host = host;
    this.#dir = dir;
    this.#times = new TimesCursor(timesFile(dir, host));
  }

  /** What comes next, or undefined when there is no whole line more at present. */
  peek(): LogPart | undefined {
    while (this.#parts.length === 0 && this.#readMore()) {
      // A line may be longer than what is read at once.
    }
    return this.#parts[0];
  }

  /** Takes what `peek` has shown. */
  skip(): void {
    this.#parts.shift();
  }

  /** The start of a line that nothing follows any more, once the job has ended. */
  takeRest(): LogPart | undefined {
    if (this.#rest.length === 0) return undefined;
    const part = { host: this.host, time: this.#times.timeAt(this.#offset).time, lines: this.#rest };
    this.#offset += this.#rest.length;
    this.#rest = Buffer.alloc(0);
    return part;
  }

  #readMore(): boolean {
    const bytes = readAt(logFile(this.#dir, this.host), this.#offset + this.#rest.length, READ_BYTES);
    if (bytes.length === 0) return false;
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      this.#rest = Buffer.concat([this.#rest, bytes]);
      return true;
    }
    const whole = Buffer.concat([this.#rest, bytes.subarray(0, end)]);
    this.#rest = bytes.subarray(end);
    this.#parts = this.#cutByTime(whole);
    this.#offset += whole.length;
    return true;
  }

  // A line belongs to the time at which its first byte came.
  #cutByTime(whole: Buffer): LogPart[] {
    const parts: LogPart[] = [];
    for (let start = 0; start < whole.length; ) {
      const { time, until } = this.#times.timeAt(this.#offset + start);
      const limit = until - this.#offset;
      // The line that holds the last byte before `until` is the last one of this time.
      const end = limit >= whole.length ? whole.length : whole.indexOf(NEWLINE, Math.max(start, limit - 1)) + 1;
      parts.push({ host: this.host, time, lines: whole.subarray(start, end) });
      start = end;
    }
    return parts;
  }
}

/** Goes through the times of a log, forward only. */
class TimesCursor {
  readonly #file: string;
  #readBytes = 0;
  #entries: Array<{ readonly offset: number; readonly time: number }> = [];
  #time = 0;

  constructor(file: string) {
    this.#file = file;
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
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, position));
  } finally {
    closeSync(descriptor);
  }
}
