import { join } from 'node:path';
import { listFilesIn } from '../../artifacts/folder-files.ts';
import { OptmlError } from '../../errors/error.ts';
import type { JobFolder } from '../../job-tree/job-folder.ts';
import { readable } from '../../job-tree/raw-name.ts';

/**
 * When the content of each file below an open folder was written, in milliseconds since 1970, by its path with slashes. A later
 * change of its owner or permissions does not count. Links are left out.
 *
 * @throws OptmlError DISK_WRITE_FAILED for a file or folder that cannot be read.
 */
export async function writtenBelow(folder: JobFolder): Promise<ReadonlyMap<string, number>> {
  const { files, problems } = await listFilesIn(folder, { followsLinks: false });
  const [problem] = problems;
  if (problem !== undefined) {
    throw new OptmlError('DISK_WRITE_FAILED', `a checkpoint cannot be read: ${problem[1]}`, {
      where: join(readable(folder.path), problem[0]),
      fix: 'Make the file readable for this user, or remove it.',
    });
  }
  return new Map([...files].map(([path, { writtenMs }]) => [path, writtenMs]));
}
