import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { writeFileWhole } from '../../files/write-file-whole.ts';
import type { OpenedStore } from '../opened-store.ts';
import { FolderBucket, type FolderPlace } from './folder-bucket.ts';

/** Opens a folder of files as a bucket, and notes it for other processes. @throws OptmlError DESTINATION_INVALID. */
export function openFolderBucket(
  dataDir: string,
  { name, dir, region }: Omit<FolderPlace, 'dataDir'>,
  store: OpenedStore,
): FolderBucket {
  const stats = statSync(dir, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) {
    const problem = stats === undefined ? 'does not exist' : 'is not a folder';
    throw new OptmlError('DESTINATION_INVALID', `the folder of bucket ${name} ${problem}`, {
      where: dir,
      fix: 'Make the folder, or correct its path.',
    });
  }
  const own = folderDataDir(dataDir, name);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  writeFileWhole(noteIn(own), JSON.stringify({ version: 1, dir, region }), { mode: 0o600, isDurable: false });
  return new FolderBucket({ name, dir, region, dataDir: own }, store);
}

/** The folder that another process serves, or has served last, as a bucket; undefined if none. @throws the system's error. */
export function findFolderBucket(dataDir: string, name: string, store: OpenedStore): FolderBucket | undefined {
  const own = folderDataDir(dataDir, name);
  try {
    const { dir, region } = JSON.parse(readFileSync(noteIn(own), 'utf8')) as Record<string, string>;
    if (dir === undefined || region === undefined) return undefined;
    return new FolderBucket({ name, dir, region, dataDir: own }, store);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Forgets the folders that were served last. Attributes of their files stay. */
export function forgetFolders(dataDir: string): void {
  const folders = join(dataDir, '.folders');
  mkdirSync(folders, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folders)) rmSync(noteIn(join(folders, name)), { force: true });
}

function folderDataDir(dataDir: string, name: string): string {
  return join(dataDir, '.folders', name);
}

function noteIn(own: string): string {
  return join(own, 'folder.json');
}
