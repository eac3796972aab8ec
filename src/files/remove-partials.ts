import { promises, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../errors/error.ts';
import { isPartialOfProcess } from './partial-path.ts';

/**
 * Removes the unfinished files and folders below `dir` that the process with this number has begun. Follows no links.
 *
 * @throws System errors.
 */
export async function removePartials(dir: string, pid: number): Promise<void> {
  for (const entry of entriesBelow(dir)) {
    if (!isPartialOfProcess(entry.name, pid)) continue;
    await promises.rm(join(entry.parentPath, entry.name), { recursive: true, force: true });
  }
}

function entriesBelow(dir: string) {
  try {
    return readdirSync(dir, { withFileTypes: true, recursive: true });
  } catch (error) {
    // Nothing was written.
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return [];
    throw error;
  }
}
