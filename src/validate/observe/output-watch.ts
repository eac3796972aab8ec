import { monotonicMs } from '../../concurrency/clock.ts';
import { LineSplitter } from '../../text/line-splitter.ts';
import type { OutputStream } from '../../text/output-stream.ts';
import type { Output, TimedLine } from './observation.ts';

const HEAD_LINES = 100;
const TAIL_LINES = 200;
const LINE_CHARACTERS = 600;
const NEWLINE = 10;

/** The lines of one stream. Of a longer line only the first part is looked at. */
interface StreamLines {
  readonly splitter: LineSplitter;
  isInsideLongLine: boolean;
}

const startOfLines = (): StreamLines => ({
  splitter: new LineSplitter({ longestBytes: 64 * 1024 }),
  isInsideLongLine: false,
});

/** Takes the output of a host and keeps its first and last lines, each with its time. A line belongs to one stream. */
export class OutputWatch {
  readonly #mask: (text: string) => string;
  #startMs = monotonicMs();
  readonly #streams = { stdout: startOfLines(), stderr: startOfLines() };
  readonly #head: TimedLine[] = [];
  #tail: TimedLine[] = [];
  #count = 0;
  #firstMs: number | undefined;
  #lastMs: number | undefined;
  #onFirst: (() => void) | undefined;
  #waiting: Array<{ readonly isReached: (line: string) => boolean; readonly resolve: () => void }> = [];
  /** Resolves with the first output. */
  readonly first: Promise<void>;

  constructor(mask: (text: string) => string) {
    this.#mask = mask;
    this.first = new Promise((resolve) => {
      this.#onFirst = resolve;
    });
  }

  /** Times count from now on. */
  start(): void {
    this.#startMs = monotonicMs();
  }

  push(bytes: Buffer, stream: OutputStream): void {
    this.#lastMs = monotonicMs();
    this.#firstMs ??= this.#lastMs;
    this.#onFirst?.();
    const lines = this.#streams[stream];
    for (const piece of lines.splitter.push(bytes)) this.#addPiece(piece, lines);
  }

  /** Lines so far. */
  get lineCount(): number {
    return this.#count;
  }

  /** Resolves as soon as there have been so many lines. */
  lines(count: number): Promise<void> {
    return this.#count >= count ? Promise.resolve() : this.#until(() => this.#count >= count);
  }

  /** Resolves with the next line that holds `text`. */
  line(text: string): Promise<void> {
    return this.#until((line) => line.includes(text));
  }

  #until(isReached: (line: string) => boolean): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ isReached, resolve }));
  }

  end(): Output {
    for (const lines of [this.#streams.stdout, this.#streams.stderr]) {
      const rest = lines.splitter.end();
      if (rest !== undefined) this.#addPiece(rest, lines);
    }
    return {
      lines: [...this.#head, ...this.#tail],
      lineCount: this.#count,
      firstSeconds: this.#seconds(this.#firstMs),
      lastSeconds: this.#seconds(this.#lastMs),
    };
  }

  #addPiece(piece: Buffer, stream: StreamLines): void {
    const lines = piece.toString().split('\n');
    const isWhole = piece.at(-1) === NEWLINE;
    if (isWhole) lines.pop();
    if (stream.isInsideLongLine) lines.shift();
    stream.isInsideLongLine = !isWhole;
    for (const line of lines) this.#add(line);
  }

  #add(line: string): void {
    this.#count += 1;
    const timed = { seconds: this.#seconds(this.#lastMs) ?? 0, text: this.#mask(line.replace(/\r$/, '')) };
    const cut = { ...timed, text: timed.text.slice(0, LINE_CHARACTERS) };
    if (this.#head.length < HEAD_LINES) this.#head.push(cut);
    else this.#tail.push(cut);
    if (this.#tail.length > 2 * TAIL_LINES) this.#tail = this.#tail.slice(-TAIL_LINES);
    if (this.#waiting.length > 0) this.#tellWaiting(line);
  }

  #tellWaiting(line: string): void {
    this.#waiting = this.#waiting.filter(({ isReached, resolve }) => {
      if (!isReached(line)) return true;
      resolve();
      return false;
    });
  }

  #seconds(ms: number | undefined): number | undefined {
    return ms === undefined ? undefined : Math.max(0, ms - this.#startMs) / 1000;
  }
}
