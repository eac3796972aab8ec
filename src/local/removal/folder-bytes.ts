import { JobFolder } from '../../job-tree/job-folder.ts';
import { walkTree } from '../../job-tree/walk-tree.ts';

const BLOCK_BYTES = 512;

/** The bytes that the files below a folder occupy on the disk, as far as they can be read; 0 if it is missing. */
export function folderBytes(dir: string): number {
  let root: JobFolder;
  try {
    root = JobFolder.open(dir);
  } catch {
    // Nothing is there, or a link: it occupies nothing.
    return 0;
  }
  try {
    let bytes = 0;
    for (const { stats } of walkTree(root, { onError: () => undefined })) bytes += stats.blocks * BLOCK_BYTES;
    return bytes;
  } catch {
    // Something changes it all the time.
    return 0;
  } finally {
    root.close();
  }
}
