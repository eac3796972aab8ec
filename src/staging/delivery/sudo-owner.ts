import { existsSync, lstatSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { giveTree } from '../../job-tree/give-tree.ts';
import { sudoUser, type User } from '../../process/calling-user.ts';

/** Which files are given to the user who called `sudo`. */
export interface SudoOwnerOptions {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly warn: (message: string) => void;
  readonly onProgress: (what: string, doneBytes: number, totalBytes: number | undefined) => void;
  /** Whether only in folders of that user: a folder of root's own stays root's. */
  readonly isOnlyInOwnFolders?: boolean;
}

/**
 * Runs `action`, which writes to the folder `dir`. Behind `sudo`, gives root's files there then to the user who called it, with
 * the folders above that `action` had to make. Never fails for that reason: a warning says what stays root's. A `dir` that is
 * not absolute is no folder of this machine.
 */
export async function ownedBySudoUser<Result>(
  dir: string,
  options: SudoOwnerOptions,
  action: () => Promise<Result>,
): Promise<Result> {
  const user = sudoUser(options.variables);
  if (user === undefined || !isAbsolute(dir)) return action();
  const top = highestMissing(dir);
  const isGiven = options.isOnlyInOwnFolders !== true || isOf(top, user) || isOf(dirname(top), user);
  try {
    return await action();
  } finally {
    if (isGiven && existsSync(top)) {
      options.onProgress(`Changing the owner of ${top}`, 0, undefined);
      await give(top, user, options.warn);
    }
  }
}

async function give(top: string, user: User, warn: (message: string) => void): Promise<void> {
  try {
    const linked = await giveTree(top, { ...user, fromUid: 0 });
    if (linked > 0) warn(`${linked} file(s) in ${top} belong to root, not to you: they have hard links elsewhere`);
  } catch (error) {
    warn(`Some files in ${top} belong to root, not to you: ${(error as Error).message}`);
  }
}

/** The folder to be made first for `dir`; `dir` itself if it is there. */
function highestMissing(dir: string): string {
  const above = dirname(dir);
  return above === dir || existsSync(above) ? dir : highestMissing(above);
}

function isOf(path: string, { uid }: User): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.uid === uid;
}
