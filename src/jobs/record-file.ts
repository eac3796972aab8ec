import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OptmlError } from '../errors/error.ts';
import { writeFileWhole } from '../files/write-file-whole.ts';
import type { JobRecord } from './record.ts';
import { hasEnded } from './status.ts';

/** Name of the record in the folder of a job. */
export const RECORD_FILE = 'job.json';

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

/** The record in the folder `dir`, or undefined where there is none that can be read. */
export function readRecord(dir: string): JobRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(dir, RECORD_FILE), 'utf8')) as JobRecord;
    if (!isComplete(record)) return undefined;
    const metrics = record.FinalMetricDataList;
    if (metrics === undefined) return record;
    return { ...record, FinalMetricDataList: metrics.map((metric) => ({ ...metric, Value: Number(metric.Value) })) };
  } catch {
    return undefined;
  }
}

// Somebody may have edited it.
function isComplete(record: Partial<JobRecord>): boolean {
  const { TrainingJobName, TrainingJobStatus, CreationTime, runner, request } = record;
  const { SecondaryStatusTransitions, hosts, outputs, leftovers } = record;
  return (
    [TrainingJobName, TrainingJobStatus].every((value) => typeof value === 'string') &&
    [CreationTime, runner?.pid].every((value) => typeof value === 'number') &&
    [SecondaryStatusTransitions, hosts, outputs, leftovers].every(Array.isArray) &&
    typeof request?.OutputDataConfig === 'object'
  );
}

/** For JSON.stringify: numbers that JSON has no form for, as a metric may be, become texts that `Number` takes back. */
export function sayNumber(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
