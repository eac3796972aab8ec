import { monotonicMs } from '../clock.ts';

/** A line that tells how far a long command is. */
export interface Progress {
  /** Whether there is a terminal to show it on. */
  readonly isShown: boolean;
  /** Shows bytes done, of a total where it is known, the rate and the remaining time. */
  readonly show: (doneBytes: number, totalBytes?: number) => void;
  /** Writes a line of text above it. */
  note(message: string): void;
  /** Takes the line away. */
  end(): void;
}

const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001b[K';

/** Shows progress on `stream` where it is a terminal; elsewhere only notes are written. */
export function makeProgress(stream: NodeJS.WriteStream, now: () => number = monotonicMs): Progress {
  const isShown = stream.isTTY === true;
  const start = now();
  let drawn = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (isShown && Number.isFinite(drawn)) stream.write(CLEAR_LINE);
  };
  return {
    isShown,
    show: (done, total) => {
      const time = now();
      if (!isShown || time - drawn < REDRAW_MS) return;
      drawn = time;
      stream.write(`${CLEAR_LINE}${progressText(done, total, (time - start) / 1000)}`);
    },
    note: (message) => {
      clear();
      stream.write(`${message}\n`);
    },
    end: clear,
  };
}

/** What is shown after so many seconds: `1.2 of 4.0 GB, 350 MB/s, 8 s left`. */
export function progressText(done: number, total: number | undefined, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const parts = [
    total === undefined ? sizeText(done) : `${sizeText(done)} of ${sizeText(total)}`,
    `${sizeText(rate)}/s`,
  ];
  if (total !== undefined && rate > 0) parts.push(`${Math.ceil((total - done) / rate)} s left`);
  return parts.join(', ');
}

function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
