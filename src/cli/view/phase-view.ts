import { monotonicMs } from '../../concurrency/clock.ts';
import { progressText } from '../../log/transfer-progress.ts';
import { visibleLine } from '../../text/visible.ts';
import { CLEAR_LINE } from './clear-line.ts';
import type { OwnStream } from './own-stream.ts';
import { progressBar } from './progress-bar.ts';

/** Shows the steps of a command, one after another. */
export interface PhaseView {
  /** A step, with the bytes that are done, of a total if it is known; 0 of an unknown total for a step that counts none. */
  readonly show: (what: string, done: number, total: number | undefined) => void;
  /** Writes a line of text above it. */
  note(message: string): void;
  /** Removes the line of the current step. */
  end(): void;
}

const CLOCK_MS = 1000;
const REPEATED_AFTER_MS = 30_000;

/**
 * Shows each step that takes longer than a second on `stream`: on a terminal a line that changes each second, else a line for
 * the step, and another one every half minute if its bytes are counted.
 */
export function makePhaseView(stream: OwnStream, now: () => number = monotonicMs): PhaseView {
  const isLive = stream.isTTY === true;
  let step = { what: '', start: 0, shown: 0, done: 0, total: undefined as number | undefined };
  let isDrawn = false;
  let clock: NodeJS.Timeout | undefined;
  const note = (message: string) => {
    stream.write(`${isDrawn ? CLEAR_LINE : ''}${message}\n`);
    isDrawn = false;
  };
  const tick = () => {
    const { what, start, shown, done, total } = step;
    const seconds = (now() - start) / 1000;
    const isCounted = done > 0 || total !== undefined;
    if (isLive) {
      const text = isCounted
        ? `${progressBar(done, total)}${progressText(done, total, seconds)}`
        : `${Math.round(seconds)} s`;
      stream.write(`${CLEAR_LINE}${visibleLine(`${text}  ${what}`).slice(0, (stream.columns || 80) - 1)}`);
      isDrawn = true;
    } else if (shown === 0 || (isCounted && now() - shown >= REPEATED_AFTER_MS)) {
      note(isCounted ? `${what}: ${progressText(done, total, seconds)}` : what);
      step = { ...step, shown: now() };
    }
  };
  const end = () => {
    clearInterval(clock);
    if (isDrawn) stream.write(CLEAR_LINE);
    isDrawn = false;
  };
  const show: PhaseView['show'] = (what, done, total) => {
    if (what !== step.what) {
      end();
      step = { what, start: now(), shown: 0, done, total };
      clock = setInterval(tick, CLOCK_MS).unref();
    }
    step = { ...step, done, total };
  };
  return { show, note, end };
}
