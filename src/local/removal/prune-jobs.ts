import { basename } from 'node:path';
import { isOptmlError } from '../../errors/error.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { cleanUpKilled } from '../clean-up-killed.ts';
import { folderBytes } from './folder-bytes.ts';
import { type Prunable, type PruneLimits, planPrune } from './plan-prune.ts';
import { removeJob } from './remove-job.ts';
import { type Cache, listCaches, removeCache } from './upload-caches.ts';
import { whyKept } from './why-kept.ts';

export interface PruneOptions extends PruneLimits {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Remove nothing, and return what would be removed. */
  readonly isDryRun: boolean;
  readonly warn: (message: string) => void;
  readonly onProgress: (what: string) => void;
  /** Aborting it ends the removal after the current job. */
  readonly signal: AbortSignal;
}

/** What was removed, or would be. */
export interface PruneResult {
  readonly removed: readonly Prunable[];
  /** Old jobs that stay: their names, and why. */
  readonly kept: readonly (readonly [name: string, reason: string])[];
  /** Jobs and caches that could not be removed, and why. */
  readonly failed: readonly (readonly [name: string, reason: string])[];
}

/**
 * Removes ended jobs and caches by their age and size. Jobs that run, are being delivered or have artifacts to deliver stay.
 * Several processes may do it at the same time: what another has removed is not counted.
 */
export async function pruneJobs(store: JobStore, options: PruneOptions): Promise<PruneResult> {
  const { variables, warn, onProgress, signal, isDryRun } = options;
  onProgress('Removing the leftovers of killed jobs');
  if (!isDryRun) await cleanUpKilled(store, { variables, warn });
  onProgress('Reading the jobs');
  const { jobs, kept, keptBytes } = findJobs(store, warn);
  const plan = planPrune<Prunable | Cache>([...listCaches(store.jobsDir), ...jobs], options, keptBytes);
  const old = kept.filter(({ usedAt }) => options.usedBefore !== undefined && usedAt < options.usedBefore);
  const keptNames = old.map(({ name, reason }) => [name, reason] as const);
  if (isDryRun) return { removed: plan, kept: keptNames, failed: [] };
  const removed: Prunable[] = [];
  const failed: (readonly [string, string])[] = [];
  for (const entry of plan) {
    if (signal.aborted) break;
    onProgress(`Removing ${entry.name}`);
    try {
      if ('path' in entry) await removeCache(entry);
      else await removeJob(store, entry.name, { variables, isForced: false });
      removed.push(entry);
    } catch (error) {
      if (!isGone(error)) failed.push([entry.name, (error as Error).message]);
    }
  }
  return { removed, kept: keptNames, failed };
}

/** Whether another process has removed a job meanwhile. */
function isGone(error: unknown): boolean {
  return isOptmlError(error) && error.code === 'JOB_NOT_FOUND';
}

interface KeptJob extends Prunable {
  readonly reason: string;
}

function findJobs(store: JobStore, warn: (message: string) => void) {
  const jobs: Prunable[] = [];
  const kept: KeptJob[] = [];
  const onUnreadable = (dir: string) =>
    warn(`${dir} stays: the record of that job cannot be read. "optml describe ${basename(dir)}" says what to do`);
  for (const { TrainingJobName: name, TrainingEndTime, LastModifiedTime } of store.list(onUnreadable)) {
    const dir = store.folderOf(name);
    const job = { name, usedAt: (TrainingEndTime ?? LastModifiedTime) * 1000, bytes: folderBytes(dir), isCache: false };
    try {
      const reason = whyKept(store.read(name), dir)?.reason;
      if (reason === undefined) jobs.push(job);
      else kept.push({ ...job, reason });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return { jobs, kept, keptBytes: kept.reduce((sum, { bytes }) => sum + bytes, 0) };
}
