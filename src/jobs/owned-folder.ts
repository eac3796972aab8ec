import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../files/make-folder.ts';
import { isAlive, thisOwner } from './job-owner.ts';

/**
 * Makes a folder of this process's own in `parent` (absolute), named after it behind `prefix`, and removes what processes
 * that were killed have left there of such folders.
 *
 * @throws System errors.
 */
export function makeOwnedFolder(parent: string, prefix: string): string {
  const { pid, startTicks } = thisOwner();
  makeFolder(parent, 0o700);
  removeDead(parent, prefix);
  return mkdtempSync(join(parent, `${prefix}${pid}-${startTicks}-`));
}

function removeDead(parent: string, prefix: string): void {
  for (const entry of readdirSync(parent).filter((name) => name.startsWith(prefix))) {
    const [pid = '', startTicks = ''] = entry.slice(prefix.length).split('-');
    if (isAlive({ pid: Number(pid), startTicks })) continue;
    try {
      rmSync(join(parent, entry), { recursive: true, force: true });
    } catch {
      // Another user's: it takes space and nothing else.
    }
  }
}
