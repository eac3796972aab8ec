import { LineSplitter } from '../../text/line-splitter.ts';
import type { OutputStream } from '../../text/output-stream.ts';
import type { LineChunk } from './messages.ts';

const NEWLINE = 10;

/** No more than this of a line is searched: it is held until its end arrives. An event in CloudWatch has at most 1 MiB. */
export const LONGEST_LINE_BYTES = 4 << 20;

/**
 * Lines that wait to be matched: whole ones, in the order in which they end, and no more than `mostBytes` of
 * them: the oldest ones make room.
 */
export class LineQueue {
  readonly #mostBytes: number;
  #waiting: LineChunk[] = [];
  #bytes = 0;
  readonly #streams = new Map<string, StreamLines>();
  /** Lines that were removed to make room. */
  dropped = 0;
  /** Lines of which only the start is searched. */
  shortened = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Takes a copy of what a stream of a host brought: any bytes, lines begun and ended anywhere. */
  push(host: string, stream: OutputStream, time: number, bytes: Buffer): void {
    const key = `${stream} ${host}`;
    const lines = this.#streams.get(key) ?? new StreamLines(host);
    this.#streams.set(key, lines);
    for (const piece of lines.push(Buffer.from(bytes))) this.#add({ host, time, ...piece });
  }

  /** Adds the lines that the hosts have not finished, and never will. */
  endLines(time: number): void {
    for (const lines of this.#streams.values()) {
      for (const piece of lines.end()) this.#add({ host: lines.host, time, ...piece });
    }
    this.#streams.clear();
  }

  /** What waits, up to `mostBytes` and at least one piece of it. */
  take(mostBytes: number): readonly LineChunk[] {
    let count = 0;
    for (let size = 0; count < this.#waiting.length; count++) {
      size += this.#waiting[count]?.bytes.length ?? 0;
      if (count > 0 && size > mostBytes) break;
    }
    const taken = this.#waiting.splice(0, count);
    for (const { bytes } of taken) this.#bytes -= bytes.length;
    return taken;
  }

  /** Gives up what waits, and these chunks that were taken. */
  dropAll(taken: readonly LineChunk[]): void {
    this.#drop([...taken, ...this.take(Number.POSITIVE_INFINITY)]);
  }

  #drop(chunks: readonly LineChunk[]): void {
    for (const { bytes } of chunks) this.dropped += countLines(bytes);
  }

  #add(chunk: LineChunk): void {
    if (chunk.isShortened) this.shortened++;
    this.#waiting.push(chunk);
    this.#bytes += chunk.bytes.length;
    // The oldest: the last value of a metric is its result. Several together, as each removal moves the whole list.
    while (this.#bytes > this.#mostBytes) this.#drop(this.take(this.#mostBytes / 4));
  }
}

type Piece = Pick<LineChunk, 'bytes' | 'isShortened'>;

/** The lines of one stream of one host; of longer ones the start. They do not depend on how the stream is cut into reads. */
class StreamLines {
  readonly host: string;
  readonly #splitter = new LineSplitter({ longestBytes: LONGEST_LINE_BYTES });
  #isInsideLongLine = false;

  constructor(host: string) {
    this.host = host;
  }

  push(bytes: Buffer): readonly Piece[] {
    return this.#splitter.push(bytes).flatMap((piece) => this.#wanted(piece));
  }

  end(): readonly Piece[] {
    const rest = this.#splitter.end();
    return rest === undefined || this.#isInsideLongLine ? [] : [{ bytes: rest, isShortened: false }];
  }

  #wanted(piece: Buffer): readonly Piece[] {
    const isWhole = piece.at(-1) === NEWLINE;
    const start = this.#isInsideLongLine ? piece.indexOf(NEWLINE) + 1 : 0;
    if (this.#isInsideLongLine && start === 0) return [];
    this.#isInsideLongLine = !isWhole;
    return start === piece.length ? [] : [{ bytes: piece.subarray(start), isShortened: !isWhole }];
  }
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return bytes.at(-1) === NEWLINE ? count : count + 1;
}
