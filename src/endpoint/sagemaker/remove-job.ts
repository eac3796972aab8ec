import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { removePath } from '../../job-tree/remove-tree.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { OWN_PREFIX } from '../../jobs/jobs-dir.ts';
import { makeOwnedFolder } from '../../jobs/owned-folder.ts';

/** Removes the folder of a job. First it loses its name: no reader sees a part of it. */
export async function removeJob({ jobsDir, folderOf }: JobStore, name: string): Promise<void> {
  const away = makeOwnedFolder(jobsDir, OWN_PREFIX);
  try {
    renameSync(folderOf(name), join(away, name));
  } finally {
    await removePath(away);
  }
}
