import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncToDisk } from '../../files/sync-to-disk.ts';
import { isObject, readJson } from '../../json/read-value.ts';
import { namesIn } from '../access/names-in.ts';
import { isLeftBehind } from '../access/owner-names.ts';
import { readOwnFile } from '../content/own-file.ts';

const HEAD = 'bucket.json';

/** What is kept of a bucket itself. */
export interface BucketHead {
  readonly region: string;
  readonly createdAt: Date;
}

/** Makes the folder of a bucket, whole: in `draft` first, on the same file system. @throws the system's error. */
export async function makeBucketFolder(
  dir: string,
  head: BucketHead,
  { draft, isDurable }: { readonly draft: string; readonly isDurable: boolean },
): Promise<void> {
  try {
    mkdirSync(draft, { mode: 0o700, recursive: true });
    for (const name of ['objects', 'partial', 'uploads']) mkdirSync(join(draft, name), { mode: 0o700 });
    const text = JSON.stringify({ version: 1, region: head.region, createdAt: head.createdAt });
    writeFileSync(join(draft, HEAD), text, { mode: 0o600, flush: isDurable });
    if (isDurable) await syncToDisk(draft);
    renameSync(draft, dir);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  if (isDurable) await syncToDisk(join(dir, '..'));
}

/** The head of the bucket in a folder; undefined if there is none. @throws the system's error. */
export function readBucketHead(dir: string): BucketHead | undefined {
  const head = readJson(readOwnFile(join(dir, HEAD)) ?? '');
  if (!isObject(head)) return undefined;
  const { region, createdAt } = head;
  if (typeof region !== 'string' || typeof createdAt !== 'string') return undefined;
  return { region, createdAt: new Date(createdAt) };
}

/** Removes the unfinished files and folders in `dir`, whose names begin with `start`, that killed processes have left. */
export function removeLeftovers(dir: string, start = ''): void {
  for (const name of namesIn(dir)) {
    if (name.startsWith(start) && isLeftBehind(name)) rmSync(join(dir, name), { recursive: true, force: true });
  }
}
