// Not `node:fs/promises`, which would be loaded at every start.
import { promises as fs } from 'node:fs';
import { join } from 'node:path';

const USER_READS = 0o400;
const USER_DOES_ALL = 0o700;

/**
 * Makes everything below `dir` readable for its owner, and folders removable: a program may have taken the permissions
 * away. Follows no links. What cannot be changed stays as it is.
 */
export async function makeRemovable(dir: string): Promise<void> {
  // Root may do all of it as it is.
  if (process.geteuid?.() === 0) return;
  await giveBack(dir, USER_DOES_ALL);
  const entries = await fs.readdir(dir, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) await makeRemovable(path);
    else if (entry.isFile()) await giveBack(path, USER_READS);
  }
}

async function giveBack(path: string, wanted: number): Promise<void> {
  try {
    const { mode } = await fs.lstat(path);
    if ((mode & wanted) !== wanted) await fs.chmod(path, (mode & 0o7777) | wanted);
  } catch {
    // Gone, or another user's: whoever needs it says so.
  }
}
