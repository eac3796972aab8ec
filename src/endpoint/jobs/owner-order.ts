import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineName } from '../../engines/engine-names.ts';
import type { PullPolicy } from '../../engines/engine-options.ts';
import { OptmlError } from '../../errors/error.ts';
import { writeFileWhole } from '../../files/write-file-whole.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { WORK_NAMES } from '../../jobs/job-folder.ts';
import { isObject, readJson } from '../../json/read-value.ts';

/** How the process of a job runs it. Its request is in the record. */
export interface OwnerOrder {
  /** What it needs beside its own environment: the endpoint's address and credentials, the region. */
  readonly variables: Readonly<Record<string, string>>;
  readonly engine?: EngineName;
  readonly pull?: PullPolicy;
  readonly stopGraceSeconds?: number;
  readonly imageAdvice: string;
  /** The data folder of the endpoint's buckets, which the process reads and writes without the endpoint. */
  readonly localBuckets?: string;
  /** Most jobs that run at the same time. */
  readonly parallel: number;
}

/** Leaves the order in the folder of its job: only its user may read the credentials in it. */
export function writeOrder(dir: string, order: OwnerOrder): void {
  writeFileWhole(join(dir, WORK_NAMES.order), JSON.stringify(order), { mode: 0o600, isDurable: false });
}

/** Reads the order in the folder of a job, and removes it. @throws OptmlError DEFECT if there is none. */
export function takeOrder(dir: string): OwnerOrder {
  const file = join(dir, WORK_NAMES.order);
  const order = readJson(readTextIfAny(file) ?? '');
  removeOrder(dir);
  if (!isObject(order)) throw new OptmlError('DEFECT', 'the process of a job has no order', { where: file });
  return order as unknown as OwnerOrder;
}

/** Removes the order in the folder of a job. */
export function removeOrder(dir: string): void {
  rmSync(join(dir, WORK_NAMES.order), { force: true });
}
