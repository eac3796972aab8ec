import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS_FILE } from '../../jobs/metrics/metrics-file.ts';
import { type MetricSeries, readSeries } from '../../report/series.ts';

/** Reads the metrics of the job whose folder is given. */
export type SeriesReader = (dir: string) => Promise<readonly MetricSeries[]>;

interface Known {
  readonly series: Promise<readonly MetricSeries[]>;
  readonly state: string;
  /** Until then they are shown, even if there are newer ones: a long file takes long to read. In milliseconds. */
  readonly until: number;
}

// Charts that somebody looks at are asked for every few seconds.
const MOST_JOBS = 8;
// Of the time, at most a tenth is spent with reading one file.
const PAUSE = 9;

/** Makes a reader that reads a file again only if it has changed, and one time for all who ask meanwhile. */
export function seriesReader(read: SeriesReader = readSeries): SeriesReader {
  const known = new Map<string, Known>();

  return (dir) => {
    const state = stateOf(join(dir, METRICS_FILE));
    const before = known.get(dir);
    if (before !== undefined && (before.state === state || performance.now() < before.until)) return before.series;
    const startedAt = performance.now();
    const series = read(dir);
    const remember = (until: number) => {
      known.delete(dir);
      known.set(dir, { series, state, until });
      for (const oldest of [...known.keys()].slice(0, -MOST_JOBS)) known.delete(oldest);
    };
    remember(Number.POSITIVE_INFINITY);
    const setPause = () => remember(performance.now() + PAUSE * (performance.now() - startedAt));
    series.then(setPause, () => known.delete(dir));
    return series;
  };
}

function stateOf(file: string): string {
  try {
    const { ino, size, mtimeMs } = lstatSync(file);
    return `${ino}-${size}-${mtimeMs}`;
  } catch {
    return 'none';
  }
}
