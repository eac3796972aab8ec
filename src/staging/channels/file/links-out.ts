import { readlink } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import { entriesUntil } from './local-files.ts';

/** Most entries that are looked at: a warning is not worth more of a start. */
const MOST_ENTRIES = 20_000;
/** How many links a warning names. */
const MOST_NAMED = 5;

/**
 * Links below `dir` that lead out of it, by their paths there: they lead elsewhere, or to nothing, where only the folder is
 * seen. Absolute links do so always. No more than `mostEntries` entries are looked at.
 */
export async function linksOut(
  dir: string,
  signal: AbortSignal,
  mostEntries = MOST_ENTRIES,
): Promise<readonly string[]> {
  const links: string[] = [];
  const folders = [''];
  let seen = 0;
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for await (const entry of entriesUntil(join(dir, folder))) {
      if (signal.aborted || ++seen > mostEntries) return links;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isSymbolicLink() && leadsOut(folder, await readlink(join(dir, path)))) links.push(path);
    }
  }
  return links;
}

function leadsOut(folder: string, target: string): boolean {
  return isAbsolute(target) || /^\.\.(?:\/|$)/.test(normalize(join(folder, target)));
}

/** Warns, in the background of a start, of links that lead out of channels' folders: channel → folder. Never throws. */
export async function warnOfLinks(
  folders: ReadonlyMap<string, string>,
  warn: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const [channel, dir] of folders) {
    // A folder that cannot be read is the host's to complain of.
    const links = await linksOut(dir, signal).catch(() => []);
    if (signal.aborted || links.length === 0) continue;
    const named = links.slice(0, MOST_NAMED).join(', ');
    const more = links.length > MOST_NAMED ? ` and ${links.length - MOST_NAMED} more` : '';
    warn(`channel "${channel}": links lead out of ${dir}, which is all that a host has to see: ${named}${more}`);
  }
}
