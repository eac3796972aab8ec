import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OptmlError, systemErrorCode } from '../errors/error.ts';
import { isJobName, numberedName } from './job-name.ts';
import { isAlive } from './job-owner.ts';
import { OWN_PREFIX } from './jobs-dir.ts';
import { makeOwnedFolder } from './owned-folder.ts';
import type { JobRecord } from './record.ts';
import { readRecord, writeRecord } from './record-file.ts';
import { hasEnded } from './status.ts';

/** The first record of a job: made for the name and folder (absolute) that it gets. */
export type MakeRecord = (name: string, dir: string) => JobRecord;

/** A name that was taken. */
export interface ClaimedJob {
  readonly name: string;
  /** The job's folder, absolute. */
  readonly dir: string;
  /** The name that was asked for, where it got a suffix. */
  readonly renamedFrom?: string;
}

export interface ClaimOptions {
  /** Refuse the name of any job that exists, as SageMaker does. By default an ended job's name gets a suffix. */
  readonly isExact?: boolean;
}

/**
 * Takes `name`. If an ended job has it, takes the first free one of `name-2`, `name-3` …, or with `isExact` none. The folder is
 * made beside its place with the record in it and then renamed, which the system refuses where there is such a folder: that
 * is the lock.
 *
 * @throws OptmlError JOB_NAME_IN_USE, DISK_WRITE_FAILED.
 */
export function claimFolder(
  jobsDir: string,
  name: string,
  makeRecord: MakeRecord,
  { isExact = false }: ClaimOptions = {},
): ClaimedJob {
  if (!isJobName(name)) throw new OptmlError('DEFECT', `not the name of a job: ${name}`);
  const draft = makeDraft(jobsDir);
  const move = (candidate: string, dir: string) => {
    writeRecord(draft, makeRecord(candidate, dir));
    return isMoved(draft, dir);
  };
  try {
    return isExact ? claimExact(jobsDir, name, move) : claimFree(jobsDir, name, move);
  } finally {
    // Mostly it has been moved.
    if (existsSync(draft)) rmSync(draft, { recursive: true, force: true });
  }
}

/** Moves the record under a name to a folder. Returns false where that folder exists. */
type Move = (candidate: string, dir: string) => boolean;

function claimExact(jobsDir: string, name: string, move: Move): ClaimedJob {
  const dir = join(jobsDir, name);
  // The system lets an empty folder be replaced.
  if (!existsSync(dir) && move(name, dir)) return { name, dir };
  refuseRunning(jobsDir, name);
  throw new OptmlError('JOB_NAME_IN_USE', `a job named "${name}" exists already`, {
    where: dir,
    fix: 'Give another name, or remove the folder of that job.',
    exitCode: 2,
  });
}

function claimFree(jobsDir: string, name: string, move: Move): ClaimedJob {
  const taken = new Set(readdirSync(jobsDir));
  for (let number = 1; ; number++) {
    const candidate = numberedName(name, number);
    if (candidate === name) refuseRunning(jobsDir, name);
    if (taken.has(candidate)) continue;
    const dir = join(jobsDir, candidate);
    if (!move(candidate, dir)) {
      taken.add(candidate);
      // Another process was faster: decide again whether this name is refused or gets a suffix.
      if (candidate === name) refuseRunning(jobsDir, name);
      continue;
    }
    return { name: candidate, dir, ...(candidate !== name && { renamedFrom: name }) };
  }
}

function makeDraft(jobsDir: string): string {
  try {
    return makeOwnedFolder(jobsDir, OWN_PREFIX);
  } catch (error) {
    throw new OptmlError('DISK_WRITE_FAILED', `jobs cannot be recorded: ${(error as Error).message}`, {
      where: jobsDir,
      fix: 'Set OPTML_HOME to a folder that this user can write to.',
      exitCode: 2,
      cause: error,
    });
  }
}

function refuseRunning(jobsDir: string, name: string): void {
  const record = readRecord(join(jobsDir, name));
  if (record === undefined || hasEnded(record.TrainingJobStatus) || !isAlive(record.runner)) return;
  throw new OptmlError('JOB_NAME_IN_USE', `a job named "${name}" is running (process ${record.runner.pid})`, {
    fix: `Give another name, or stop that job first: optml stop ${name}.`,
    exitCode: 2,
  });
}

function isMoved(draft: string, dir: string): boolean {
  try {
    renameSync(draft, dir);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return false;
    throw error;
  }
}
