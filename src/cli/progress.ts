import { monotonicMs } from '../clock.ts';

/** A line that tells how far a long command is. */
export interface Progress {
  /** Shows bytes done, of a total where it is known, the rate and the remaining time. Only where there is a terminal. */
  readonly show: ((doneBytes: number, totalBytes?: number) => void) | undefined;
  /** Writes a line of text above it. */
  note(message: string): void;
  /** Takes the line away. */
  end(): void;
}

const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001b[K';

/** Shows progress on `stream` where it is a terminal; elsewhere only notes are written. */
export function makeProgress(stream: NodeJS.WriteStream, now: () => number = monotonicMs): Progress {
  const start = now();
  let drawn = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (Number.isFinite(drawn)) stream.write(CLEAR_LINE);
  };
  const show = (done: number, total?: number) => {
    const time = now();
    if (time - drawn < REDRAW_MS) return;
    drawn = time;
    stream.write(`${CLEAR_LINE}${progressText(done, total, (time - start) / 1000)}`);
  };
  return {
    show: stream.isTTY === true ? show : undefined,
    note: (message) => {
      clear();
      stream.write(`${message}\n`);
    },
    end: clear,
  };
}

// After so many seconds: `1.2 of 4.0 GB, 350 MB/s, 8 s left`.
function progressText(done: number, total: number | undefined, seconds: number): string {
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
