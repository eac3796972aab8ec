import { monotonicMs } from '../../concurrency/clock.ts';
import { type OnProgress, progressLines, progressText } from '../../log/transfer-progress.ts';
import { CLEAR_LINE } from './clear-line.ts';
import type { OwnStream } from './own-stream.ts';
import { progressBar } from './progress-bar.ts';

/** What tells how far a long command is. */
export interface Progress {
  /** Shows bytes done, of a total where it is known: on a terminal a line that changes, else a line now and then. */
  readonly show: OnProgress;
  /** Writes a line of text above it. */
  note(message: string): void;
  /** Takes the line away. */
  end(): void;
}

const REDRAW_MS = 100;

/** Shows the progress of `what` on `stream`. */
export function makeProgress(stream: OwnStream, what: string, now: () => number = monotonicMs): Progress {
  const start = now();
  let drawn = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (Number.isFinite(drawn)) stream.write(CLEAR_LINE);
  };
  const note = (message: string) => {
    clear();
    stream.write(`${message}\n`);
  };
  const draw: OnProgress = (done, total) => {
    const time = now();
    if (time - drawn < REDRAW_MS) return;
    drawn = time;
    stream.write(`${CLEAR_LINE}${progressBar(done, total)}${progressText(done, total, (time - start) / 1000)}`);
  };
  return { show: stream.isTTY === true ? draw : progressLines(note, what, now), note, end: clear };
}
