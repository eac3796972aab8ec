import { monotonicMs } from '../concurrency/clock.ts';

/** Told how many bytes of a long piece of work are done, and of how many where that is known. */
export type OnProgress = (doneBytes: number, totalBytes?: number | undefined) => void;

// Long enough for a job of a day not to fill its log, short enough to see that it goes on.
const LINE_MS = 30_000;

/** How far it is after so many seconds: `1.2 GB of 4.0 GB, 350 MB/s, 8 s left`. */
export function progressText(done: number, total: number | undefined, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const parts = [
    total === undefined ? sizeText(done) : `${sizeText(done)} of ${sizeText(total)}`,
    `${sizeText(rate)}/s`,
  ];
  if (total !== undefined && rate > 0) parts.push(`${Math.ceil(Math.max(0, total - done) / rate)} s left`);
  return parts.join(', ');
}

/** Says how far `what` is, a line every half minute: work that is done sooner says nothing. */
export function progressLines(
  say: (message: string) => void,
  what: string,
  now: () => number = monotonicMs,
): OnProgress {
  const start = now();
  let output = start;
  return (done, total) => {
    const time = now();
    if (time - output < LINE_MS) return;
    output = time;
    say(`${what}: ${progressText(done, total, (time - start) / 1000)}`);
  };
}

/** Adds up the bytes that its caller reports, and gives `show` the sum and `total`. */
export function addUp(show: OnProgress, total: number | undefined): (bytes: number) => void {
  let done = 0;
  return (bytes) => {
    done += bytes;
    show(done, total);
  };
}

/** A size as people read it: `1.2 GB`. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
