import { LineSplitter } from '../../text/line-splitter.ts';
import type { LineChunk } from './messages.ts';

const NEWLINE = 10;
// A longer line is cut: CloudWatch holds no longer one.
const LONGEST_LINE = { longestBytes: 256 << 10 };

/** Lines that wait to be matched: whole ones, in the order in which they came, and no more than `mostBytes` of them. */
export class LineQueue {
  readonly #mostBytes: number;
  #waiting: LineChunk[] = [];
  #bytes = 0;
  readonly #splitters = new Map<string, LineSplitter>();
  /** Lines that found no room. */
  dropped = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Takes a copy of what came from a host: any bytes, lines begun and ended anywhere. */
  push(host: string, time: number, bytes: Buffer): void {
    let splitter = this.#splitters.get(host);
    if (splitter === undefined) {
      splitter = new LineSplitter(LONGEST_LINE);
      this.#splitters.set(host, splitter);
    }
    for (const lines of splitter.push(Buffer.from(bytes))) this.#add({ host, time, bytes: lines });
  }

  /** Adds the lines that the hosts have not finished. */
  finish(time: number): void {
    for (const [host, splitter] of this.#splitters) {
      const bytes = splitter.end();
      if (bytes !== undefined) this.#add({ host, time, bytes });
    }
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

  /** Gives up what waits. */
  dropAll(): void {
    for (const { bytes } of this.take(Number.POSITIVE_INFINITY)) this.dropped += countLines(bytes);
  }

  #add(chunk: LineChunk): void {
    if (this.#bytes + chunk.bytes.length > this.#mostBytes) {
      this.dropped += countLines(chunk.bytes);
      return;
    }
    this.#waiting.push(chunk);
    this.#bytes += chunk.bytes.length;
  }
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return bytes.at(-1) === NEWLINE ? count : count + 1;
}
