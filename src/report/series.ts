import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openRegularFile } from '../job-tree/input/regular-file.ts';
import { METRICS_FILE, type MetricPoint } from '../jobs/metrics/metrics-file.ts';
import { type Point, ThinnedPoints } from './thinned-points.ts';

/** The values of one metric on one host, thinned out. */
export interface Series {
  readonly host: string;
  readonly points: readonly Point[];
}

/** A metric in the order of time. */
export interface MetricSeries {
  readonly name: string;
  readonly series: readonly Series[];
  /** Of all values, before they were thinned out. */
  readonly count: number;
  readonly last: number;
  /** Of the finite values; undefined when there is none. */
  readonly least: number | undefined;
  readonly greatest: number | undefined;
}

/** All metrics that are stored in the folder of a job, in the order in which they first came. Takes little memory. */
export async function readSeries(dir: string): Promise<readonly MetricSeries[]> {
  const metrics = new Map<string, Gathered>();
  const fd = openRegularFile(join(dir, METRICS_FILE));
  if (fd !== undefined) {
    const lines = createInterface({ input: createReadStream('', { fd }), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      const point = parsePoint(line);
      if (point !== undefined) gather(metrics, point);
    }
  }
  return [...metrics].map(([name, { hosts, ...rest }]) => ({
    name,
    series: [...hosts].map(([host, points]) => ({ host, points: points.all() })),
    ...rest,
  }));
}

interface Gathered {
  readonly hosts: Map<string, ThinnedPoints>;
  count: number;
  last: number;
  least: number | undefined;
  greatest: number | undefined;
}

function gather(metrics: Map<string, Gathered>, { name, host, time, value }: MetricPoint): void {
  let metric = metrics.get(name);
  if (metric === undefined) {
    metric = { hosts: new Map(), count: 0, last: value, least: undefined, greatest: undefined };
    metrics.set(name, metric);
  }
  metric.count++;
  metric.last = value;
  if (Number.isFinite(value)) {
    metric.least = Math.min(metric.least ?? value, value);
    metric.greatest = Math.max(metric.greatest ?? value, value);
  }
  let points = metric.hosts.get(host);
  if (points === undefined) {
    points = new ThinnedPoints();
    metric.hosts.set(host, points);
  }
  points.push({ time, value });
}

// A job that was killed may have left half a line.
function parsePoint(line: string): MetricPoint | undefined {
  try {
    const point = JSON.parse(line) as MetricPoint;
    return { ...point, value: Number(point.value) };
  } catch {
    return undefined;
  }
}
