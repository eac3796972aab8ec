import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import fs from 'fs-extra';
import type { Mount } from '../../engines/engine.ts';
import { listFiles, sha256Of } from './list-files.ts';

// A larger channel stays the user's own, read-only.
const MOST_BYTES = 32 << 20;
const MOST_FILES = 2000;

/** A channel of a host that it may write to, and what was in it. */
export interface ChannelCopy {
  readonly target: string;
  readonly dir: string;
  readonly before: ReadonlyMap<string, string>;
}

/** Copies small channels into `dir`, for one host. Returns all mounts as they are now, and the copies. */
export async function copyChannels(
  mounts: readonly Mount[],
  dir: string,
): Promise<{ readonly mounts: readonly Mount[]; readonly copies: readonly ChannelCopy[] }> {
  const copies: ChannelCopy[] = [];
  const all: Mount[] = [];
  for (const [index, mount] of mounts.entries()) {
    if (!mount.isReadOnly || !(await isSmall(mount.source))) {
      all.push(mount);
      continue;
    }
    const location = join(dir, `${index}-${basename(mount.target)}`);
    await copyTree(mount.source, location);
    all.push({ ...mount, source: location, isReadOnly: false });
    copies.push({ target: mount.target, dir: location, before: await sumsOf(location) });
  }
  return { mounts: all, copies };
}

/** What a host has changed in its channels, as lines. */
export async function changesOf(copies: readonly ChannelCopy[]): Promise<readonly string[]> {
  const changes: string[] = [];
  for (const { target, dir, before } of copies) {
    const after = await sumsOf(dir);
    for (const [path, sum] of after) {
      if (before.get(path) === undefined) changes.push(`made ${target}/${path}`);
      else if (before.get(path) !== sum) changes.push(`changed ${target}/${path}`);
    }
    for (const path of before.keys()) if (!after.has(path)) changes.push(`removed ${target}/${path}`);
  }
  return changes;
}

async function sumsOf(dir: string): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>();
  for (const { path, kind, target } of await listFiles(dir, () => false)) {
    sums.set(path, kind === 'file' ? await sha256Of(join(dir, path)).catch(() => kind) : `${kind} ${target ?? ''}`);
  }
  return sums;
}

async function isSmall(source: string): Promise<boolean> {
  const stats = await lstat(source).catch(() => undefined);
  if (stats === undefined || !stats.isDirectory()) return false;
  const files = await listFiles(source, () => false);
  const isPlain = files.every(({ kind }) => kind === 'file' || kind === 'folder');
  return isPlain && files.length < MOST_FILES && files.reduce((sum, { bytes }) => sum + bytes, 0) < MOST_BYTES;
}

// Modes as the platform's: files 0644 (contract C9), but for those that the user made executable.
async function copyTree(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  await chmod(target, 0o777);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) await copyTree(from, to);
    else if (entry.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE);
    else await fs.copy(from, to);
  }
}
