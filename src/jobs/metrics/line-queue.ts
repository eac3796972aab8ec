import type { LineChunk } from './messages.ts';

const NEWLINE = 10;
// A line without end is cut here: CloudWatch holds no longer one.
const LONGEST_LINE = 256 << 10;

/** Lines that wait to be matched: whole ones, in the order in which they came, and no more than `mostBytes` of them. */
export class LineQueue {
  readonly #mostBytes: number;
  #waiting: LineChunk[] = [];
  #bytes = 0;
  readonly #rests = new Map<string, Buffer>();
  /** Lines that found no room. */
  dropped = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Takes a copy of what came from a host: any bytes, lines begun and ended anywhere. */
  push(host: string, time: number, bytes: Buffer): void {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    const rest = this.#rests.get(host);
    if (end === 0 && (rest?.length ?? 0) + bytes.length < LONGEST_LINE) {
      this.#rests.set(host, join(rest, bytes));
      return;
    }
    const cut = end === 0 ? bytes.length : end;
    this.#add({ host, time, bytes: join(rest, bytes.subarray(0, cut)) });
    if (cut < bytes.length) this.#rests.set(host, Buffer.from(bytes.subarray(cut)));
    else this.#rests.delete(host);
  }

  /** Makes whole lines of what the hosts have left unfinished. */
  finish(time: number): void {
    for (const [host, bytes] of this.#rests) this.#add({ host, time, bytes });
    this.#rests.clear();
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

function join(start: Buffer | undefined, bytes: Buffer): Buffer {
  return start === undefined ? Buffer.from(bytes) : Buffer.concat([start, bytes]);
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return bytes.at(-1) === NEWLINE ? count : count + 1;
}
