import { promises } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../../artifacts/folder-files.ts';
import { OptmlError } from '../../errors/error.ts';

/**
 * When the content of each file below `dir` was written, in milliseconds since 1970, by its path with slashes. A later
 * change of its owner or permissions does not count. Links are left out; a folder that is missing is empty.
 *
 * @throws OptmlError DISK_WRITE_FAILED for a file or folder that cannot be read; the signal's reason.
 */
export async function writtenBelow(dir: string, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const { files, problems } = await listFiles(dir, { followsLinks: false });
  const [problem] = problems;
  if (problem !== undefined) {
    throw new OptmlError('DISK_WRITE_FAILED', `a checkpoint cannot be read: ${problem[1]}`, {
      where: join(dir, problem[0]),
      fix: 'Make the file readable for this user, or remove it.',
    });
  }
  const written = new Map<string, number>();
  for (const path of files.keys()) {
    signal.throwIfAborted();
    written.set(path, (await promises.lstat(join(dir, path))).mtimeMs);
  }
  return written;
}
