import { dirname, join } from 'node:path';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { removePath } from '../../job-tree/remove-tree.ts';
import type { Prunable } from './plan-prune.ts';

/** A cache of optml. */
export interface Cache extends Prunable {
  readonly isCache: true;
  /** Absolute. */
  readonly path: string;
}

// Sums of the files that "optml submit" uploads, a file for each location: see estimator/upload/sums/sum-cache.ts.
const UPLOADS = 'uploads';

/** The caches beside the folder of the jobs. Losing one costs time alone. */
export function listCaches(jobsDir: string): readonly Cache[] {
  const dir = join(dirname(jobsDir), UPLOADS);
  let folder: JobFolder;
  try {
    folder = JobFolder.open(dir);
  } catch {
    // Nothing has been uploaded.
    return [];
  }
  try {
    return folder.names().flatMap((name) => {
      const stats = name.endsWith('.sums') ? folder.lstat(name) : undefined;
      if (stats?.isFile() !== true) return [];
      return [
        { name, path: join(dir, name), usedAt: stats.mtimeMs, bytes: stats.blocks * 512, isCache: true as const },
      ];
    });
  } finally {
    folder.close();
  }
}

/** Removes a cache. @throws the system's error. */
export function removeCache({ path }: Cache): Promise<void> {
  return removePath(path);
}
