import { readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, type RawName, rawName } from '../../job-tree/raw-name.ts';

/**
 * Removes a folder with all that is in it, however deep, whatever the names; links are not followed.
 *
 * @throws system errors.
 */
export function removeTree(path: string): void {
  const folders: RawName[] = [rawName(path)];
  // Grows while it is gone through: outer folders stand before inner ones.
  for (const folder of folders) {
    for (const entry of readdirSync(bytesOf(folder), { withFileTypes: true, encoding: 'buffer' })) {
      const inner = join(folder, entry.name.toString('latin1'));
      if (entry.isDirectory()) folders.push(inner);
      else unlinkSync(bytesOf(inner));
    }
  }
  for (const folder of folders.reverse()) rmdirSync(bytesOf(folder));
}
