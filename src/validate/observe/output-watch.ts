import { monotonicMs } from '../../clock.ts';
import type { Output, TimedLine } from './observation.ts';

const HEAD_LINES = 100;
const TAIL_LINES = 200;
const LINE_CHARACTERS = 600;

/** Takes the output of a host and keeps its first and last lines, each with its time. */
export class OutputWatch {
  readonly #mask: (text: string) => string;
  readonly #decoder = new TextDecoder();
  #startMs = monotonicMs();
  #rest = '';
  readonly #head: TimedLine[] = [];
  #tail: TimedLine[] = [];
  #count = 0;
  #firstMs: number | undefined;
  #lastMs: number | undefined;
  #onFirst: (() => void) | undefined;
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

  push(bytes: Buffer): void {
    this.#lastMs = monotonicMs();
    this.#firstMs ??= this.#lastMs;
    this.#onFirst?.();
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, 64 * 1024);
    for (const line of lines) this.#add(line);
  }

  end(): Output {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = '';
    if (rest !== '') this.#add(rest);
    return {
      lines: [...this.#head, ...this.#tail],
      lineCount: this.#count,
      firstSeconds: this.#seconds(this.#firstMs),
      lastSeconds: this.#seconds(this.#lastMs),
    };
  }

  #add(line: string): void {
    this.#count += 1;
    const timed = { seconds: this.#seconds(this.#lastMs) ?? 0, text: this.#mask(line.replace(/\r$/, '')) };
    const cut = { ...timed, text: timed.text.slice(0, LINE_CHARACTERS) };
    if (this.#head.length < HEAD_LINES) this.#head.push(cut);
    else this.#tail.push(cut);
    if (this.#tail.length > 2 * TAIL_LINES) this.#tail = this.#tail.slice(-TAIL_LINES);
  }

  #seconds(ms: number | undefined): number | undefined {
    return ms === undefined ? undefined : Math.max(0, ms - this.#startMs) / 1000;
  }
}
