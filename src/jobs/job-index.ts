import { lstatSync, renameSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readRegularFile } from '../job-tree/input/regular-file.ts';
import { isText, objectOf } from '../json/shape.ts';
import { isSummary, type JobSummary, summaryOf } from './describe/job-summary.ts';
import { isJobName } from './job-name.ts';
import { OWN_PREFIX } from './jobs-dir.ts';
import { makeOwnedFolder } from './owned-folder.ts';
import type { JobRecord } from './record.ts';
import { RECORD_FILE } from './record-file.ts';
import { hasEnded } from './status.ts';

/** An entry of the index: the summary of a record, as long as the record's file is in this state. */
interface Entry {
  readonly state: string;
  readonly summary: JobSummary;
}

/** The content of the index file. An older version is ignored and replaced. */
interface IndexContent {
  readonly version: number;
  readonly jobs: Readonly<Record<string, Entry>>;
}

const VERSION = 1;

// About 400 bytes for each job.
const MOST_BYTES = 256 << 20;

// Within a tick of the file system's clock a second change in place may leave the state of a file as it was.
const YOUNG_MS = 1000;

/**
 * The summaries of the jobs `names`, in their order; jobs that `read` has no record of are left out. Summaries of ended jobs
 * come from an index, a file beside `jobsDir`, as long as inode, size and times of their records are those of the index;
 * all others are read. Only a whole index replaces another, and its loss costs time only, so processes need no lock.
 *
 * @param now - Milliseconds since 1970.
 */
export function readSummaries(
  jobsDir: string,
  names: readonly string[],
  read: (name: string) => JobRecord | undefined,
  now: number = Date.now(),
): readonly JobSummary[] {
  const file = indexFile(jobsDir);
  const { version, index } = readIndex(file);
  const next = new Map<string, Entry>();
  let isChanged = false;
  const summaries = names.flatMap((name) => {
    // Before the record is read: a change in between makes the entry invalid.
    const stats = statIfAny(join(jobsDir, name, RECORD_FILE));
    const known = index.get(name);
    if (known !== undefined && stats !== undefined && known.state === stateOf(stats)) {
      next.set(name, known);
      return [known.summary];
    }
    const record = read(name);
    if (record === undefined || stats === undefined) return [];
    const summary = summaryOf(record);
    if (hasEnded(summary.TrainingJobStatus) && !isYoung(stats, now)) {
      next.set(name, { state: stateOf(stats), summary });
      isChanged = true;
    }
    return [summary];
  });
  // That of a newer version of optml stays, and this one reads each record.
  if (version <= VERSION && (isChanged || next.size !== index.size)) writeIndex(file, jobsDir, next);
  return summaries;
}

/** The index of the jobs in `jobsDir`. It may be removed at any time. */
export function indexFile(jobsDir: string): string {
  return join(dirname(jobsDir), 'jobs-index.json');
}

function stateOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino}-${size}-${mtimeMs}-${ctimeMs}`;
}

function isYoung({ mtimeMs, ctimeMs }: Stats, now: number): boolean {
  return Math.max(mtimeMs, ctimeMs) > now - YOUNG_MS;
}

function statIfAny(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch {
    // No record, or one that cannot be read.
    return undefined;
  }
}

function readIndex(file: string): { readonly version: number; readonly index: ReadonlyMap<string, Entry> } {
  try {
    const { version, jobs } = JSON.parse(readRegularFile(file, MOST_BYTES) ?? '{}') as Partial<IndexContent>;
    const index = new Map(version === VERSION ? Object.entries(jobs ?? {}).filter(isRightEntry) : []);
    return { version: Number.isSafeInteger(version) ? (version ?? 0) : 0, index };
  } catch {
    // None yet, or damaged: it is written again.
    return { version: 0, index: new Map() };
  }
}

const isEntry = objectOf({ state: isText, summary: isSummary });

// Somebody may have edited the file. The list that skips a wrong entry writes it again.
function isRightEntry([name, entry]: readonly [string, Entry]): boolean {
  return isJobName(name) && isEntry(entry) && entry.summary.TrainingJobName === name;
}

function writeIndex(file: string, jobsDir: string, entries: ReadonlyMap<string, Entry>): void {
  const content: IndexContent = { version: VERSION, jobs: Object.fromEntries(entries) };
  let draftDir: string | undefined;
  try {
    draftDir = makeOwnedFolder(jobsDir, OWN_PREFIX);
    const draft = join(draftDir, 'index');
    writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // A store that may only be read, or a full disk: lists take longer.
  } finally {
    if (draftDir !== undefined) removeDraft(draftDir);
  }
}

function removeDraft(dir: string): void {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch {
    // A later process removes it.
  }
}
