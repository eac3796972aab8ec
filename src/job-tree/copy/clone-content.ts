import { promises } from 'node:fs';
import { filePathOf } from '../descriptor-path.ts';

/** Makes an open empty file share the data of another one. False, and nothing is changed, where that is impossible. */
export type Clone = (from: number, to: number) => Promise<boolean>;

/**
 * Makes a copy share its data on disk, in no time, where the file system can: it is not tried again where it cannot. Sets all
 * permissions of the source for a moment, so the copy must be in a folder that only this user sees.
 */
export function cloner(): Clone {
  let isPossible = process.platform === 'linux';
  return async (from, to) => {
    if (!isPossible) return false;
    try {
      await promises.copyFile(filePathOf(from), filePathOf(to), promises.constants.COPYFILE_FICLONE_FORCE);
      return true;
    } catch {
      isPossible = false;
      return false;
    }
  };
}
