import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode } from '../errors/error.ts';

/**
 * Makes the folder `dir` (absolute) and those above it that are missing. `mkdir` of Node with `recursive` never returns where
 * the system allows no new names, as in `/proc`.
 *
 * @throws the system's error.
 */
export function makeFolder(dir: string, mode = 0o777): void {
  try {
    mkdirSync(dir, { mode });
  } catch (error) {
    const code = systemErrorCode(error);
    const parent = dirname(dir);
    if (code === 'EEXIST' && statSync(dir).isDirectory()) return;
    if (code !== 'ENOENT' || parent === dir || existsSync(parent)) throw error;
    makeFolder(parent, mode);
    // Its parent exists now: this ends.
    makeFolder(dir, mode);
  }
}
