import { join } from 'node:path';
import { JobFolder } from '../job-tree/job-folder.ts';
import { ensureBelow } from '../job-tree/open-below.ts';
import { removeEntry } from '../job-tree/remove-tree.ts';
import { WORK_NAMES } from '../jobs/job-folder.ts';
import type { StagedJob } from './staged-job.ts';

/** The path of a host's `/opt/ml` below the job's folder. */
export function mlPath(host: string): string {
  return join(WORK_NAMES.hosts, host, 'ml');
}

/** The folder that is a host's `/opt/ml`. */
export function mlDirOf({ dir }: Pick<StagedJob, 'dir'>, host: string): string {
  return join(dir, mlPath(host));
}

/** Those of all hosts, in the order of their numbers. */
export function mlDirsOf(job: Pick<StagedJob, 'dir' | 'hosts'>): readonly string[] {
  return job.hosts.map(({ name }) => mlDirOf(job, name));
}

/** Opens a host's folder, which is made if it is missing. The caller closes it. @throws System errors, where it was replaced. */
export function openMlDir({ dir }: Pick<StagedJob, 'dir'>, host: string): JobFolder {
  const root = JobFolder.open(dir);
  try {
    return ensureBelow(root, mlPath(host));
  } finally {
    root.close();
  }
}

/** Makes the folders of all hosts empty: an attempt finds nothing of the attempts before it. @throws System errors. */
export async function renewMlDirs(job: Pick<StagedJob, 'dir' | 'hosts'>): Promise<void> {
  const root = JobFolder.open(job.dir);
  try {
    await removeEntry(root, WORK_NAMES.hosts);
    for (const { name } of job.hosts) ensureBelow(root, mlPath(name)).close();
  } finally {
    root.close();
  }
}
