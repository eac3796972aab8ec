import { monotonicMs } from '../../concurrency/clock.ts';
import { durationText } from '../../report/format.ts';
import type { ValidationEvent } from '../../validate/validate-image.ts';
import { CLEAR_LINE } from './clear-line.ts';
import type { OwnStream } from './own-stream.ts';

const REDRAW_MS = 500;
// Without a terminal: a phase that takes less is not shown.
const SHOWN_AFTER_MS = 1000;
const REPEATED_AFTER_MS = 30_000;

/**
 * Shows the lines of the engine and the progress of a validation: on a terminal a line that changes, else a line for each phase
 * that takes longer than a second, and another one every half minute.
 */
export class ValidateView {
  readonly #stream: OwnStream;
  readonly #now: () => number;
  readonly #start: number;
  readonly #isLive: boolean;
  #clock: NodeJS.Timeout;
  #shown: number | undefined;
  #done = 0;
  #text = 'preparing the checks';

  constructor(stream: OwnStream, now: () => number = monotonicMs) {
    this.#stream = stream;
    this.#now = now;
    this.#start = now();
    this.#isLive = stream.isTTY === true;
    this.#clock = this.#startClock();
  }

  readonly show = (event: ValidationEvent): void => {
    if (event.type === 'engine') {
      this.#note(`  ${event.line}`);
      return;
    }
    if (this.#done === 0) this.#startPhase();
    this.#done = event.done;
    this.#text = `${event.done} of ${event.total} checks`;
    if (this.#isLive) this.#draw();
  };

  /** Removes the line. */
  close(): void {
    clearInterval(this.#clock);
    if (this.#isLive) this.#stream.write(CLEAR_LINE);
  }

  #startPhase(): void {
    clearInterval(this.#clock);
    this.#shown = undefined;
    this.#clock = this.#startClock();
  }

  #startClock(): NodeJS.Timeout {
    const tick = this.#isLive ? () => this.#draw() : () => this.#repeat();
    return setInterval(tick, this.#isLive ? REDRAW_MS : SHOWN_AFTER_MS).unref();
  }

  #repeat(): void {
    const now = this.#now();
    if (this.#shown !== undefined && now - this.#shown < REPEATED_AFTER_MS) return;
    this.#shown = now;
    this.#note(this.#progress());
  }

  #note(line: string): void {
    this.#stream.write(`${this.#isLive ? CLEAR_LINE : ''}${line}\n`);
  }

  #draw(): void {
    this.#stream.write(`${CLEAR_LINE}${this.#progress()}`);
  }

  #progress(): string {
    return `${this.#text}, ${durationText((this.#now() - this.#start) / 1000)}`;
  }
}
