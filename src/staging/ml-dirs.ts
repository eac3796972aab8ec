import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WORK_NAMES } from '../jobs/job-folder.ts';
import type { StagedJob } from './staged-job.ts';

/** The folder that is a host's `/opt/ml`. */
export function mlDirOf({ dir }: Pick<StagedJob, 'dir'>, host: string): string {
  return join(dir, WORK_NAMES.hosts, host, 'ml');
}

/** Those of all hosts, in the order of their numbers. */
export function mlDirsOf(job: Pick<StagedJob, 'dir' | 'hosts'>): readonly string[] {
  return job.hosts.map(({ name }) => mlDirOf(job, name));
}

/** Empties a host's folder for a new attempt: only `input`, which was filled once, and later the checkpoints come back. */
export function emptyMlDir(mlDir: string): void {
  for (const name of readdirSync(mlDir)) {
    if (name !== 'input') rmSync(join(mlDir, name), { recursive: true, force: true });
  }
}
