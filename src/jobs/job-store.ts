import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OptmlError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';
import { type ClaimedJob, type ClaimOptions, claimFolder, type MakeRecord } from './claim.ts';
import type { JobSummary } from './describe/job-summary.ts';
import { WORK_NAMES } from './job-folder.ts';
import { readSummaries } from './job-index.ts';
import { isJobName } from './job-name.ts';
import { isAlive } from './job-owner.ts';
import { jobsDirOf } from './jobs-dir.ts';
import type { JobRecord } from './record.ts';

import { hasRecord, RECORD_FILE, readRecord, writeRecord } from './record-file.ts';
import { isOfNewerVersion } from './record-shape.ts';
import { wakeOwner } from './sleeping-owner.ts';
import { hasEnded } from './status.ts';
import { moved } from './transitions.ts';
import { writeStopFile } from './watch-stop.ts';

/** Why a job failed whose runner is gone without a word (contract C50). */
export const KILLED_REASON = 'InternalServerError: optml was killed while the job ran';

/** The jobs of a user, each in a folder of its own. Safe for several processes at the same time; nothing is kept in memory. */
export interface JobStore {
  /** Holds a folder for each job. */
  readonly jobsDir: string;
  /** The folder of a job, which need not exist. */
  folderOf(name: string): string;
  /**
   * Takes a name and makes its folder with the first record in it, in one step: no process sees one without the other. A name
   * that an ended job has gets a suffix, unless `isExact` is set.
   *
   * @throws OptmlError JOB_NAME_IN_USE for the name of a job that runs, with `isExact` of any job; DISK_WRITE_FAILED.
   */
  claim(name: string, makeRecord: MakeRecord, options?: ClaimOptions): ClaimedJob;
  /** Replaces the record of a job, whole. @throws OptmlError DISK_WRITE_FAILED. */
  update(name: string, record: JobRecord): void;
  /** The record of a job; of one whose runner was killed, as failed. @throws OptmlError JOB_NOT_FOUND. */
  read(name: string): JobRecord;
  /**
   * All jobs, newest first. Folders without a record are left out. So are those with a record that cannot be read, which
   * `onUnreadable` receives (absolute).
   */
  list(onUnreadable?: (dir: string) => void): readonly JobSummary[];
  /** Asks the process that runs the job to stop it. @throws OptmlError JOB_NOT_FOUND, JOB_HAS_ENDED, JOB_NEWER, DISK_WRITE_FAILED. */
  requestStop(name: string): void;
  /**
   * Cleans up after jobs whose runner was killed: `removeLeftovers` is called for each that has some noted, and they are
   * noted no longer once it is done; the record is changed as it returns. What another process cleans up at the same time is not locked: it may come twice.
   * Leftovers whose removal fails stay noted, and the next call tries again. Jobs of a newer version of optml stay as they are. Resolves with these failures.
   */
  reconcile(
    removeLeftovers: (record: JobRecord, dir: string) => Promise<Partial<JobRecord>>,
  ): Promise<readonly CleanUpFailure[]>;
}

/** A killed job that could not be cleaned up after. */
export interface CleanUpFailure {
  /** The job's folder. Absolute. */
  readonly dir: string;
  readonly error: Error;
}

/** The store of the user whose variables these are. Nothing is made before the first job. */
export function openStore(variables: Readonly<NodeJS.ProcessEnv>): JobStore {
  const jobsDir = jobsDirOf(variables);
  const folderOf = (name: string) => join(jobsDir, name);
  const names = () => listNames(jobsDir);

  const read = (name: string) => {
    const record = isJobName(name) ? settledRecord(folderOf(name)) : undefined;
    if (record !== undefined) return record;
    if (isJobName(name) && hasRecord(folderOf(name))) throw unreadable(name, folderOf(name));
    throw notFound(
      name,
      names().filter((other) => hasRecord(folderOf(other))),
    );
  };
  const list = (onUnreadable?: (dir: string) => void) => {
    const readListed = (name: string) => {
      const dir = folderOf(name);
      const record = settledRecord(dir);
      if (record === undefined && hasRecord(dir)) onUnreadable?.(dir);
      return record;
    };
    return readSummaries(jobsDir, names(), readListed).toSorted(
      (a, b) => b.CreationTime - a.CreationTime || (a.TrainingJobName < b.TrainingJobName ? 1 : -1),
    );
  };

  return {
    jobsDir,
    folderOf,
    claim: (name, makeRecord, options) => claimFolder(jobsDir, name, makeRecord, options),
    update: (name, record) => writeRecord(folderOf(name), record),
    read,
    list,
    requestStop(name) {
      const record = read(name);
      if (isOfNewerVersion(record)) throw ofNewerVersion(name);
      const { TrainingJobStatus: status } = record;
      if (hasEnded(status)) throw stopRefused(status);
      writeStopFile(folderOf(name));
      wakeOwner(jobsDir, name);
    },
    async reconcile(removeLeftovers) {
      const failures: CleanUpFailure[] = [];
      for (const { TrainingJobName: name, TrainingJobStatus: status, hasLeftovers } of list()) {
        if (!hasEnded(status) || !hasLeftovers) continue;
        const dir = folderOf(name);
        const record = readRecord(dir);
        if (record === undefined || isOfNewerVersion(record)) continue;
        if (record.leftovers.length === 0 || isAlive(record.runner)) continue;
        try {
          const changes = await removeLeftovers(record, dir);
          // Another process may have cleaned up meanwhile, and may be delivering what the job has trained.
          const current = readRecord(dir) ?? record;
          if (current.leftovers.length === 0 || isAlive(current.runner)) continue;
          writeRecord(dir, { ...current, ...changes, leftovers: [] });
        } catch (error) {
          failures.push({ dir, error: error as Error });
        }
      }
      return failures;
    },
  };
}

function listNames(jobsDir: string): readonly string[] {
  try {
    return readdirSync(jobsDir).filter(isJobName);
  } catch {
    // No job yet.
    return [];
  }
}

/** The record in `dir`; that of a job whose runner was killed is written again, as failed. */
function settledRecord(dir: string): JobRecord | undefined {
  const seen = readRecord(dir);
  if (seen === undefined || hasEnded(seen.TrainingJobStatus) || isOfNewerVersion(seen)) return seen;
  if (isAlive(seen.runner)) return seen;
  // It may have ended the job between the two looks, as its last act.
  const record = readRecord(dir);
  if (record === undefined || hasEnded(record.TrainingJobStatus) || isOfNewerVersion(record)) return record;
  const failed = { ...moved(record, 'Failed', undefined, lastSignOfLife(dir)), FailureReason: KILLED_REASON };
  try {
    // It contains credentials, and no process will read it any more.
    rmSync(join(dir, WORK_NAMES.order), { force: true });
    writeRecord(dir, failed);
  } catch {
    // A store that may only be read shows the truth as well.
  }
  return failed;
}

// When the runner last wrote something, in milliseconds since 1970; 0 if no file shows it.
function lastSignOfLife(dir: string): number {
  const files = [join(dir, RECORD_FILE), ...filesIn(join(dir, 'logs'))];
  const last = files.reduce((latest, file) => Math.max(latest, changeTime(file)), 0);
  return Math.min(last, Date.now());
}

function filesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir).map((name) => join(dir, name));
  } catch {
    // The job wrote no log, or this user may not read it.
    return [];
  }
}

function changeTime(file: string): number {
  try {
    return lstatSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

function notFound(name: string, names: readonly string[]): OptmlError {
  const near = nearest(name, names);
  const fix = near === undefined ? 'Run "optml jobs" to list the jobs.' : `Did you mean "${near}"?`;
  return new OptmlError('JOB_NOT_FOUND', `there is no job ${JSON.stringify(name)}`, { fix });
}

function unreadable(name: string, dir: string): OptmlError {
  return new OptmlError('JOB_NOT_FOUND', `the record of job "${name}" in ${dir} cannot be read`, {
    where: join(dir, RECORD_FILE),
    fix: 'Check the permissions and the content of the file, or remove the folder.',
  });
}

/** The error for a change to a job whose record a newer version of optml wrote. */
export function ofNewerVersion(name: string): OptmlError {
  return new OptmlError('JOB_NEWER', `a newer version of optml wrote the record of job "${name}"`, {
    fix: 'Use that version for this job.',
    exitCode: 2,
  });
}

// The platform's words (contract C58).
function stopRefused(status: string): OptmlError {
  return new OptmlError(
    'JOB_HAS_ENDED',
    `The request was rejected because the training job is in status ${status}.`,
    {},
  );
}
