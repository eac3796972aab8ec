import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { MOST_LOCAL_HOSTS } from '../contract/limits.ts';
import { openRegularFile } from '../job-tree/input/regular-file.ts';
import { compareHosts } from '../jobs/logs/files.ts';
import { METRICS_FILE, type MetricPoint } from '../jobs/metrics/metrics-file.ts';
import { isNumber, isText, objectOf } from '../json/shape.ts';
import { LineSplitter } from '../text/line-splitter.ts';
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

// The API allows 40. Somebody may have written the file by hand.
const MOST_METRICS = 200;
const LONGEST_LINE_BYTES = 64 << 10;

/**
 * All metrics that are stored in the folder of a job, in the order in which they first came, each with its hosts in the order
 * of their numbers. Takes little memory.
 */
export async function readSeries(dir: string): Promise<readonly MetricSeries[]> {
  const metrics = new Map<string, Gathered>();
  const fd = openRegularFile(join(dir, METRICS_FILE));
  if (fd !== undefined) {
    const splitter = new LineSplitter({ longestBytes: LONGEST_LINE_BYTES });
    for await (const chunk of createReadStream('', { fd })) {
      for (const lines of splitter.push(chunk as Buffer)) gatherLines(metrics, lines);
    }
    gatherLines(metrics, splitter.end());
  }
  return [...metrics].map(([name, { hosts, ...rest }]) => ({
    name,
    series: [...hosts]
      .map(([host, points]) => ({ host, points: points.all() }))
      .sort((a, b) => compareHosts(a.host, b.host)),
    ...rest,
  }));
}

function gatherLines(metrics: Map<string, Gathered>, lines: Buffer | undefined): void {
  for (const line of lines?.toString('utf8').split('\n') ?? []) {
    const point = parsePoint(line);
    if (point !== undefined) gather(metrics, point);
  }
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
    if (metrics.size >= MOST_METRICS) return;
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
    if (metric.hosts.size >= MOST_LOCAL_HOSTS) return;
    points = new ThinnedPoints();
    metric.hosts.set(host, points);
  }
  points.push({ time, value });
}

const hasPointShape = objectOf({ name: isText, host: isText, time: isNumber });

// A job that was killed may have left half a line, and somebody may have edited the file.
function parsePoint(line: string): MetricPoint | undefined {
  try {
    const point = JSON.parse(line) as MetricPoint;
    return hasPointShape(point) ? { ...point, value: Number(point.value) } : undefined;
  } catch {
    return undefined;
  }
}
