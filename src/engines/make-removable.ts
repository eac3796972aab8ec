import { allowOwner } from '../job-tree/allow-owner.ts';

const USER_READS = 0o400;

/**
 * Makes everything below `dir` readable for its owner, and folders removable: a program may have taken the permissions
 * away. Follows no links. What cannot be changed stays as it is.
 */
export async function makeRemovable(dir: string): Promise<void> {
  // Root may do all of it as it is.
  if (process.geteuid?.() !== 0) await allowOwner(dir, USER_READS);
}
