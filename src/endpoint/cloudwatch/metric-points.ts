import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { openRegularFile } from '../../job-tree/input/regular-file.ts';
import { isJobName } from '../../jobs/job-name.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { METRICS_FILE, type MetricPoint } from '../../jobs/metrics/metrics-file.ts';
import { LineSplitter } from '../../text/line-splitter.ts';

const READ_BYTES = 128 << 10;
// Longer than any point, whose name has at most 255 characters.
const LONGEST_LINE_BYTES = 64 << 10;

/**
 * Brings the points of a job's metrics in the order in which they were printed; none if there is no such job. Other requests
 * have their turn between two reads.
 */
export async function readMetricPoints(
  store: JobStore,
  job: string,
  take: (point: MetricPoint) => void,
): Promise<void> {
  const descriptor = isJobName(job) ? openRegularFile(join(store.folderOf(job), METRICS_FILE)) : undefined;
  if (descriptor === undefined) return;
  try {
    const lines = new LineSplitter({ longestBytes: LONGEST_LINE_BYTES });
    for (;;) {
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      const length = readSync(descriptor, buffer, 0, READ_BYTES, null);
      // A last line without a break is still being written.
      if (length === 0) return;
      for (const whole of lines.push(buffer.subarray(0, length))) {
        for (const line of whole.toString('utf8').split('\n')) {
          const point = pointOf(line);
          if (point !== undefined) take(point);
        }
      }
      await setImmediate();
    }
  } finally {
    closeSync(descriptor);
  }
}

// A file that something else has damaged has no points in the lines concerned. `NaN` and infinite values are texts there.
function pointOf(line: string): MetricPoint | undefined {
  try {
    const { time, host, name, value } = JSON.parse(line) as Record<string, unknown>;
    const isValue = typeof value === 'number' || typeof value === 'string';
    const isPoint = Number.isFinite(time) && typeof name === 'string' && typeof host === 'string' && isValue;
    return isPoint ? { time: time as number, host, name, value: Number(value) } : undefined;
  } catch {
    return undefined;
  }
}
