import { promises, type Stats } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../errors/error.ts';

/** How a folder is copied. */
export interface CopyTreeOptions {
  /** Aborting it ends the copy within a moment, also in the middle of a large file. */
  readonly signal: AbortSignal;
  /** Told of entries that are left out: pipes, sockets and devices. */
  readonly warn: (message: string) => void;
}

const CHUNK_BYTES = 4 << 20;

/**
 * Copies the folder `from` to `to`, which does not exist yet: files and folders with their permissions and times, links as
 * they are, and syncs the files to disk. Not by `fs.cp`, which cannot be ended before a large file is copied.
 *
 * @throws the signal's reason; the system's error.
 */
export async function copyTree(from: string, to: string, options: CopyTreeOptions): Promise<void> {
  const stats = await promises.stat(from);
  await promises.mkdir(to);
  for (const name of await promises.readdir(from)) {
    options.signal.throwIfAborted();
    await copyEntry(join(from, name), join(to, name), options);
  }
  await promises.chmod(to, stats.mode & 0o7777);
  await promises.utimes(to, stats.atime, stats.mtime);
}

async function copyEntry(from: string, to: string, options: CopyTreeOptions): Promise<void> {
  const stats = await promises.lstat(from);
  if (stats.isDirectory()) await copyTree(from, to, options);
  else if (stats.isFile()) await copyFile(from, to, stats, options.signal);
  else if (stats.isSymbolicLink()) await promises.symlink(await promises.readlink(from), to);
  else options.warn(`${from} is no file, folder or link, and is left out`);
}

async function copyFile(from: string, to: string, stats: Stats, signal: AbortSignal): Promise<void> {
  if (!(await tryClone(from, to))) await copyBytes(from, to, signal);
  const handle = await promises.open(to, 'r');
  try {
    await handle.chmod(stats.mode & 0o7777);
    await handle.utimes(stats.atime, stats.mtime);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a copy that shares the data on disk, in no time. Returns false where the file system has no such copies. */
async function tryClone(from: string, to: string): Promise<boolean> {
  const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = promises.constants;
  try {
    await promises.copyFile(from, to, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw error;
    await promises.rm(to, { force: true });
    return false;
  }
}

async function copyBytes(from: string, to: string, signal: AbortSignal): Promise<void> {
  const source = await promises.open(from, 'r');
  try {
    const target = await promises.open(to, 'wx');
    try {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        signal.throwIfAborted();
        const { bytesRead } = await source.read(buffer, 0, buffer.length);
        if (bytesRead === 0) break;
        await target.writeFile(buffer.subarray(0, bytesRead));
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
