import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FileEntry } from './observation.ts';

const MOST_ENTRIES = 5000;
const MOST_HASHED_BYTES = 256 << 20;

/** Everything below `dir` (absolute) but what `isLeftOut` names by its path from there, sorted; links are not followed. */
export async function listFiles(dir: string, isLeftOut: (path: string) => boolean): Promise<readonly FileEntry[]> {
  const entries: FileEntry[] = [];
  await list('');
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));

  async function list(below: string): Promise<void> {
    for (const name of await readdir(join(dir, below)).catch(() => [])) {
      const path = below === '' ? name : `${below}/${name}`;
      if (isLeftOut(path) || entries.length >= MOST_ENTRIES) continue;
      const file = join(dir, path);
      const stats = await lstat(file).catch(() => undefined);
      if (stats === undefined) continue;
      entries.push(await entryOf(file, path, stats));
      if (stats.isDirectory()) await list(path);
    }
  }
}

async function entryOf(file: string, path: string, stats: Stats): Promise<FileEntry> {
  const common = { path, bytes: stats.size, names: stats.nlink };
  if (stats.isDirectory()) return { ...common, kind: 'folder' };
  if (stats.isSymbolicLink()) return { ...common, kind: 'link', target: await readlink(file).catch(() => '') };
  if (!stats.isFile()) return { ...common, kind: 'other' };
  const isHashed = path.startsWith('model/') && stats.size <= MOST_HASHED_BYTES;
  const sha256 = isHashed ? await sha256Of(file).catch(() => undefined) : undefined;
  return { ...common, kind: 'file', ...(sha256 !== undefined && { sha256 }) };
}

/** Sum of a file's bytes, in hexadecimal. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
