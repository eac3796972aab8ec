import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../errors/error.ts';
import { writeFileWhole } from '../files/write-file-whole.ts';

/** A gzipped tar archive without entries: two blocks of zeros. */
export const EMPTY_ARCHIVE = Buffer.from('H4sIAAAAAAAC/2NgGAWjYBSMVAAALq+17wAEAAA=', 'base64');

/**
 * Whether `dir` holds nothing but `exclude` (absolute paths), or does not exist. A link is not followed: it is not empty. A
 * job without a model is common while a script is being written: what packs and compresses need not be loaded for it.
 */
export function isEmptyDirectory(dir: string, exclude: readonly string[]): boolean {
  try {
    if (lstatSync(dir).isSymbolicLink()) return false;
    return readdirSync(dir).every((name) => exclude.includes(join(dir, name)));
  } catch (error) {
    // The program that packs it reports everything else.
    return systemErrorCode(error) === 'ENOENT';
  }
}

/**
 * Writes an archive without entries, whole. Returns its size in bytes, or undefined where it cannot be
 * written: who packs tries again, and tells why not. Not synced: it holds nothing to lose.
 */
export function writeEmptyArchive(file: string): number | undefined {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileWhole(file, EMPTY_ARCHIVE, { mode: 0o644, isDurable: false });
    return EMPTY_ARCHIVE.length;
  } catch {
    return undefined;
  }
}
