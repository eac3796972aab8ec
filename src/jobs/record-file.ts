import { lstatSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OptmlError, systemErrorCode } from '../errors/error.ts';
import { writeFileWhole } from '../files/write-file-whole.ts';
import { readRegularFile } from '../job-tree/input/regular-file.ts';
import { isJobName } from './job-name.ts';
import type { JobRecord } from './record.ts';
import { readableRecord } from './record-shape.ts';
import { hasEnded } from './status.ts';

/** Name of the record in the folder of a job. */
export const RECORD_FILE = 'job.json';

// Requests with the API's longest values take a few MiB.
const MOST_BYTES = 16 << 20;

/**
 * Writes the record of the job whose folder is `dir`, whole, so that a reader finds one at any moment. Only its owner may
 * read it, since it holds the job's variables. The record of an ended job survives a power cut. That of a running job need not:
 * the cut ends the job too, and a sync at each of its steps would take about 10 ms of the job's start.
 *
 * @throws OptmlError DISK_WRITE_FAILED.
 */
export function writeRecord(dir: string, record: JobRecord): void {
  const file = join(dir, RECORD_FILE);
  const isDurable = hasEnded(record.TrainingJobStatus);
  try {
    writeFileWhole(file, `${JSON.stringify(record, sayNumber, 2)}\n`, { mode: 0o600, isDurable });
  } catch (error) {
    throw new OptmlError('DISK_WRITE_FAILED', `the record of a job cannot be written: ${(error as Error).message}`, {
      where: file,
      fix: 'Check that the disk has room and the folder is writable for this user.',
      cause: error,
    });
  }
}

/**
 * The record in the folder `dir`, which must have the job's name. Undefined if there is none or it is not a whole record. Of a record that a newer version of optml wrote, what this one can read.
 */
export function readRecord(dir: string): JobRecord | undefined {
  try {
    const record = readableRecord(JSON.parse(readRegularFile(join(dir, RECORD_FILE), MOST_BYTES) ?? 'null'));
    if (record === undefined || !isJobName(record.TrainingJobName)) return undefined;
    if (record.TrainingJobName !== basename(dir)) return undefined;
    const metrics = record.FinalMetricDataList;
    if (metrics === undefined) return record;
    return { ...record, FinalMetricDataList: metrics.map((metric) => ({ ...metric, Value: Number(metric.Value) })) };
  } catch {
    return undefined;
  }
}

/** Whether the folder `dir` has a record, which need not be readable. */
export function hasRecord(dir: string): boolean {
  try {
    return lstatSync(join(dir, RECORD_FILE), { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return systemErrorCode(error) !== 'ENOTDIR';
  }
}

/** For JSON.stringify: numbers that JSON has no form for, as a metric may be, become texts that `Number` takes back. */
export function sayNumber(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
