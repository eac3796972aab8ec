import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileWhole } from '../../files/write-file-whole.ts';
import { isAlive, thisOwner } from '../../jobs/job-owner.ts';
import type { JobOwner } from '../../jobs/record.ts';

/** What the folder of the endpoint says of a running one. */
export interface RunningEndpoint {
  readonly url: string;
  readonly region: string;
  readonly process: JobOwner;
}

type Address = Pick<RunningEndpoint, 'url' | 'region'>;

/** Several endpoints run at the same time, each with a file for its port. */
const recordsIn = (dir: string) => join(dir, 'running');

/** Records that this process serves `url`. Returns a function that removes the record. @throws the system's error. */
export function recordEndpoint(dir: string, { url, region }: Address): () => void {
  const records = recordsIn(dir);
  mkdirSync(records, { recursive: true, mode: 0o700 });
  for (const file of filesIn(records)) if (!isRunning(readRecord(file))) rmSync(file, { force: true });
  const file = join(records, `${process.pid}-${new URL(url).port}.json`);
  const own: RunningEndpoint = { url, region, process: thisOwner() };
  writeFileWhole(file, `${JSON.stringify(own)}\n`, { mode: 0o600, isDurable: false });
  return () => rmSync(file, { force: true });
}

/** Of the endpoints that run, the one that was started last, or the one with that port. */
export function findRunningEndpoint(dir: string, port?: number): RunningEndpoint | undefined {
  return filesIn(recordsIn(dir))
    .map(readRecord)
    .findLast((record) => isRunning(record) && (port === undefined || Number(new URL(record.url).port) === port));
}

/** The records, oldest first. A record may disappear at any time. */
function filesIn(records: string): readonly string[] {
  const timeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return namesIn(records)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(records, name))
    .map((file) => ({ file, time: timeOf(file) }))
    .sort((one, other) => one.time - other.time)
    .map(({ file }) => file);
}

function namesIn(records: string): readonly string[] {
  try {
    return readdirSync(records);
  } catch {
    // No endpoint was ever started here.
    return [];
  }
}

function isRunning(record: RunningEndpoint | undefined): record is RunningEndpoint {
  return record !== undefined && isAlive(record.process);
}

function readRecord(file: string): RunningEndpoint | undefined {
  try {
    const { url, region, process: owner } = JSON.parse(readFileSync(file, 'utf8'));
    const isWhole = URL.canParse(url) && typeof region === 'string' && typeof owner?.startTicks === 'string';
    return isWhole && Number.isSafeInteger(owner.pid) && owner.pid > 0 ? { url, region, process: owner } : undefined;
  } catch {
    // Missing, or damaged: no endpoint is known.
    return undefined;
  }
}
