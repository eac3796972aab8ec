import { isOptmlError, OptmlError, systemErrorCode } from '../../errors/error.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import { removePath } from '../../job-tree/remove-tree.ts';
import { type JobStore, ofNewerVersion } from '../../jobs/job-store.ts';
import { OWN_PREFIX } from '../../jobs/jobs-dir.ts';
import { makeOwnedFolder } from '../../jobs/owned-folder.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { isOfNewerVersion } from '../../jobs/record-shape.ts';
import { removeLeftovers } from '../job-leftovers.ts';
import { folderBytes } from './folder-bytes.ts';
import { whyKept } from './why-kept.ts';

export interface RemoveOptions {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Remove artifacts that were not delivered, and what an engine that does not answer still has. */
  readonly isForced: boolean;
}

/**
 * Removes an ended job: its record, its logs and what else is in its folder, and what a killed run has left in an engine.
 * Delivered artifacts stay. Returns the bytes that its files had.
 *
 * @throws OptmlError JOB_NOT_FOUND, JOB_NEWER, USAGE for a job that runs or has artifacts to deliver, DISK_WRITE_FAILED.
 */
export async function removeJob(store: JobStore, name: string, options: RemoveOptions): Promise<number> {
  const { variables, isForced } = options;
  const dir = store.folderOf(name);
  refuseKept(store.read(name), dir, isForced);
  await cleanUp(store, name, { variables, isForced });
  const bytes = folderBytes(dir);
  await takeAway(store, name, (record) => refuseKept(record, dir, isForced));
  return bytes;
}

function refuseKept(record: JobRecord, dir: string, isForced: boolean): void {
  const { TrainingJobName: name } = record;
  if (isOfNewerVersion(record)) throw ofNewerVersion(name);
  const kept = whyKept(record, dir);
  if (kept === undefined || (isForced && kept.canForce)) return;
  throw new OptmlError('USAGE', `the job ${name} ${kept.reason}`, { fix: kept.fix, exitCode: 2 });
}

/** Removes what a killed run of the job has left. It may keep artifacts that were not delivered. */
async function cleanUp(store: JobStore, name: string, { variables, isForced }: RemoveOptions): Promise<void> {
  const record = store.read(name);
  if (record.leftovers.length === 0) return;
  try {
    const changes = await removeLeftovers(record, store.folderOf(name), { home: store.jobsDir, variables });
    store.update(name, { ...record, ...changes, leftovers: [] });
  } catch (error) {
    if (!isForced) throw cannotRemove(name, store.folderOf(name), error);
  }
}

/**
 * Moves the folder of a job aside, so that no command finds a part of it, then removes it. A later process removes what a kill
 * leaves.
 */
async function takeAway(store: JobStore, name: string, check: (record: JobRecord) => void): Promise<void> {
  let away: string | undefined;
  try {
    away = makeOwnedFolder(store.jobsDir, OWN_PREFIX);
    // No waiting between the check and the move: a name is used again only after its folder is gone.
    check(store.read(name));
    move(store.jobsDir, name, away);
    await removePath(away);
  } catch (error) {
    if (away !== undefined) await removePath(away).catch(() => undefined);
    // Another process has removed the job: this reports it.
    if (systemErrorCode(error) === 'ENOENT') store.read(name);
    throw cannotRemove(name, away ?? store.jobsDir, error);
  }
}

function cannotRemove(name: string, where: string, error: unknown): unknown {
  if (isOptmlError(error) || systemErrorCode(error) === undefined) return error;
  return new OptmlError('DISK_WRITE_FAILED', `the job ${name} cannot be removed: ${(error as Error).message}`, {
    where,
    fix: 'Remove the folder as a user who may write to all of it.',
    cause: error,
  });
}

function move(jobsDir: string, name: string, away: string): void {
  const [from, to] = [JobFolder.openFollowing(jobsDir), JobFolder.open(away)];
  try {
    from.moveTo(rawName(name), to, rawName(name));
  } finally {
    from.close();
    to.close();
  }
}
