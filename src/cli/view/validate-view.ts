import { monotonicMs } from '../../concurrency/clock.ts';
import { durationText } from '../../report/format.ts';
import type { ValidationEvent } from '../../validate/validate-image.ts';
import { CLEAR_LINE } from './clear-line.ts';
import type { OwnStream } from './own-stream.ts';

const REDRAW_MS = 500;

/** Shows how far a validation is: on a terminal a line that changes, else what the engine says. */
export class ValidateView {
  readonly #stream: OwnStream;
  readonly #start = monotonicMs();
  readonly #clock: NodeJS.Timeout | undefined;
  #text = 'looking at the image';

  constructor(stream: OwnStream) {
    this.#stream = stream;
    if (stream.isTTY === true) this.#clock = setInterval(() => this.#draw(), REDRAW_MS).unref();
  }

  readonly show = (event: ValidationEvent): void => {
    if (event.type === 'engine') {
      this.#note(`  ${event.line}`);
    } else {
      this.#text = `${event.done} of ${event.total} checks`;
      this.#draw();
    }
  };

  /** Takes the line away. */
  close(): void {
    clearInterval(this.#clock);
    if (this.#clock !== undefined) this.#stream.write(CLEAR_LINE);
  }

  #note(line: string): void {
    this.#stream.write(`${this.#clock === undefined ? '' : CLEAR_LINE}${line}\n`);
  }

  #draw(): void {
    if (this.#clock === undefined) return;
    this.#stream.write(`${CLEAR_LINE}${this.#text}, ${durationText((monotonicMs() - this.#start) / 1000)}`);
  }
}
