import { HostLog, type LogLine } from '../../jobs/logs/host-log.ts';
import { logText } from '../../report/log-text.ts';

/** A part of the log of a host, as text for people. */
export interface LogChunk {
  /** Whole lines, each with its break; control characters removed, secrets masked. */
  readonly text: string;
  /** Where they begin and end in the log, in bytes. */
  readonly start: number;
  readonly end: number;
  /** Of the log. */
  readonly size: number;
  /** The line at its end that a program still rewrites, such as a progress bar, as it was before the last carriage return. */
  readonly rest: string;
}

/** Which part: the lines before a place (in bytes), or those from a place on. A place in a line means the start of it. */
export type LogPlace = { readonly before: number } | { readonly from: number };

/** The lines at the end of a log. */
export const AT_END: LogPlace = { before: Number.MAX_SAFE_INTEGER };

const MOST_LINES = 500;
const MOST_BYTES = 256 << 10;
const RETURN = 13;

/** Where to find a log, and how to show it. */
export interface ShownLog {
  readonly dir: string;
  readonly host: string;
  /** Whether the job has ended, so that a last line without a break is one. */
  readonly hasEnded: boolean;
  readonly mask: (text: string) => string;
}

/** Reads a part of a log: at most 500 lines, and about 256 KiB however long they are. */
export function readLog({ dir, host, hasEnded, mask }: ShownLog, place: LogPlace): LogChunk {
  const log = new HostLog(dir, host, hasEnded);
  try {
    const lines =
      'before' in place ? linesBefore(log, startOf(log, place.before)) : linesFrom(log, startOf(log, place.from));
    const start = lines[0]?.offset ?? startOf(log, 'before' in place ? place.before : place.from);
    const text = logText(
      lines.map(({ text }) => text),
      mask,
    );
    const rest = hasEnded ? '' : logText([restOf(dir, host, log.size)], mask);
    return {
      text: lines.length === 0 ? '' : `${text}\n`,
      start,
      end: lines.at(-1)?.end ?? start,
      size: log.size,
      rest,
    };
  } finally {
    log.close();
  }
}

interface ReadLine extends Pick<LogLine, 'offset' | 'end'> {
  readonly text: string;
}

/** The start of the line that has the byte at `offset`: from the middle of one, a part of a secret could not be masked. */
function startOf(log: HostLog, offset: number): number {
  return offset >= log.size ? log.size : (log.lineBefore(offset + 1)?.offset ?? 0);
}

function linesBefore(log: HostLog, end: number): readonly ReadLine[] {
  return take((last) => log.lineBefore(last?.offset ?? end)).toReversed();
}

function linesFrom(log: HostLog, start: number): readonly ReadLine[] {
  return take((last) => log.lineAt(last?.end ?? start));
}

function take(next: (last: ReadLine | undefined) => LogLine | undefined): readonly ReadLine[] {
  const lines: ReadLine[] = [];
  for (let bytes = 0; lines.length < MOST_LINES && bytes < MOST_BYTES; ) {
    const line = next(lines.at(-1));
    if (line === undefined) break;
    bytes += line.end - line.offset;
    lines.push({ offset: line.offset, end: line.end, text: line.bytes.toString('utf8') });
  }
  return lines;
}

function restOf(dir: string, host: string, size: number): string {
  const log = new HostLog(dir, host, true);
  try {
    const bytes = log.lineAt(size)?.bytes ?? Buffer.alloc(0);
    return bytes.subarray(0, bytes.lastIndexOf(RETURN) + 1).toString('utf8');
  } finally {
    log.close();
  }
}
