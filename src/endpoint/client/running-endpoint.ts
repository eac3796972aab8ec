import { readFileSync, rmSync } from 'node:fs';
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

const fileOf = (dir: string) => join(dir, 'endpoint.json');

/** Records that this process serves `url`. Of several endpoints the last one is recorded. Returns a function that removes the record. */
export function recordEndpoint(dir: string, { url, region }: Pick<RunningEndpoint, 'url' | 'region'>): () => void {
  const own: RunningEndpoint = { url, region, process: thisOwner() };
  writeFileWhole(fileOf(dir), `${JSON.stringify(own)}\n`, { mode: 0o600, isDurable: false });
  return () => {
    const recorded = readRecord(dir);
    if (recorded?.process.pid === process.pid && recorded.url === url) rmSync(fileOf(dir), { force: true });
  };
}

/** The endpoint that was started last, if its process still runs. */
export function findRunningEndpoint(dir: string): RunningEndpoint | undefined {
  const recorded = readRecord(dir);
  return recorded !== undefined && isAlive(recorded.process) ? recorded : undefined;
}

function readRecord(dir: string): RunningEndpoint | undefined {
  try {
    const { url, region, process: owner } = JSON.parse(readFileSync(fileOf(dir), 'utf8'));
    const isWhole = typeof url === 'string' && typeof region === 'string' && typeof owner?.startTicks === 'string';
    return isWhole && Number.isSafeInteger(owner.pid) && owner.pid > 0 ? { url, region, process: owner } : undefined;
  } catch {
    // Missing, or damaged: no endpoint is known.
    return undefined;
  }
}
