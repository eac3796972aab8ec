import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../../errors/error.ts';
import { METRICS_FILE, type MetricPoint } from '../../jobs/metrics/metrics-file.ts';
import type { MetricRow } from '../job-platform.ts';
import { metricRows } from './metric-rows.ts';

const CHUNK_BYTES = 64 << 10;

/** The metrics that are recorded in a job's folder. */
export function localMetrics(dir: string): readonly MetricRow[] {
  return metricRows(pointsReader(dir)());
}

/** Returns a function that reads the points which were recorded since its last call. optml itself writes the file. */
export function pointsReader(dir: string): () => readonly MetricPoint[] {
  const file = join(dir, METRICS_FILE);
  let offset = 0;
  let rest = Buffer.alloc(0);
  return () => {
    const added = readFrom(file, offset);
    offset += added.length;
    const bytes = Buffer.concat([rest, added]);
    const end = bytes.lastIndexOf('\n') + 1;
    rest = bytes.subarray(end);
    return bytes.toString('utf8', 0, end).split('\n').flatMap(pointIn);
  };
}

function readFrom(file: string, offset: number): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const chunks: Buffer[] = [];
    for (let at = offset; ; ) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const count = readSync(descriptor, chunk, 0, CHUNK_BYTES, at);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      at += count;
    }
  } finally {
    closeSync(descriptor);
  }
}

function pointIn(line: string): readonly MetricPoint[] {
  if (line === '') return [];
  const { time, host, name, value } = JSON.parse(line) as Omit<MetricPoint, 'value'> & { value: number | string };
  return [{ time, host, name, value: Number(value) }];
}
