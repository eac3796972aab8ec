import { join } from 'node:path';
import { basename } from 'node:path/posix';
import { channelPath } from '../../../contract/paths.ts';
import type { Mount } from '../../../engines/engine.ts';
import { copyTree } from '../../../job-tree/copy/copy-tree.ts';
import { JobFolder, SAFE_MODE } from '../../../job-tree/job-folder.ts';
import { ensureBelow, openBelow } from '../../../job-tree/open-below.ts';
import { type RawName, rawName, shownName } from '../../../job-tree/raw-name.ts';
import { pacedWalk, type TreeEntry } from '../../../job-tree/walk-tree.ts';
import type { Unseen } from '../observation.ts';
import { sumOf } from './file-sum.ts';
import { reasonOf } from './reason-of.ts';

// A larger channel stays the user's own, read-only.
const MOST_BYTES = 32 << 20;
const MOST_FILES = 2000;

/** Where the copies for a host are made. */
export interface CopyPlace {
  /** The folder of the scenario, which is at `dir`. */
  readonly folder: JobFolder;
  readonly dir: string;
  readonly host: string;
  readonly signal: AbortSignal;
}

/** A channel of a host that it may write to, and what was in it. */
export interface ChannelCopy {
  readonly target: string;
  /** From the folder of the scenario. */
  readonly path: string;
  readonly before: ChannelFiles;
}

/** By path: the kind, of a file also its size and the sum of its bytes, of a link its target. */
type ChannelFiles = ReadonlyMap<RawName, string>;

/** What a host has done to its channels, as lines, and what could not be compared. */
export interface ChannelChanges {
  readonly changes: readonly string[];
  readonly unseen: readonly Unseen[];
}

/** Copies small channels for one host. Returns all mounts as they are now, and the copies. */
export async function copyChannels(
  mounts: readonly Mount[],
  place: CopyPlace,
): Promise<{ readonly mounts: readonly Mount[]; readonly copies: readonly ChannelCopy[] }> {
  const copies: ChannelCopy[] = [];
  const all: Mount[] = [];
  for (const [index, mount] of mounts.entries()) {
    const path = `copies/${place.host}/${index}-${basename(mount.target)}`;
    const before = mount.isReadOnly ? await copyIfSmall(mount.source, path, place) : undefined;
    if (before === undefined) {
      all.push(mount);
      continue;
    }
    all.push({ ...mount, source: join(place.dir, path), isReadOnly: false });
    copies.push({ target: mount.target, path, before });
  }
  return { mounts: all, copies };
}

/** What a host has changed in its channels; `folder` is that of the scenario. @throws the signal's reason. */
export async function changesOf(
  copies: readonly ChannelCopy[],
  folder: JobFolder,
  signal: AbortSignal,
): Promise<ChannelChanges> {
  const changes: string[] = [];
  const unseen: Unseen[] = [];
  for (const { target, path, before } of copies) {
    try {
      const copy = openBelow(folder, path);
      try {
        changes.push(...(await differences(before, copy, signal)).map((change) => shownChange(change, target)));
      } finally {
        copy.close();
      }
    } catch (error) {
      signal.throwIfAborted();
      unseen.push({ path: rawName(channelPath(basename(target))), why: reasonOf(error) });
    }
  }
  return { changes, unseen };
}

type Change = readonly [verb: 'made' | 'changed' | 'removed', path: RawName];

function shownChange([verb, path]: Change, target: string): string {
  return `${verb} ${target}/${shownName(path)}`;
}

async function differences(before: ChannelFiles, copy: JobFolder, signal: AbortSignal): Promise<readonly Change[]> {
  const changes: Change[] = [];
  const seen = new Set<RawName>();
  for await (const entry of pacedWalk(copy, signal)) {
    const { path } = entry;
    const known = before.get(path);
    // More than there were: the rest says no more about the image.
    if (known === undefined) changes.push(['made', path]);
    if (changes.length > MOST_FILES) return changes;
    if (known === undefined) continue;
    seen.add(path);
    // Another size is a change. So nothing larger than the channel is read.
    const isAsLarge = known.startsWith(sizeOf(entry));
    if (!isAsLarge || (await describe(entry, signal)) !== known) changes.push(['changed', path]);
  }
  for (const path of before.keys()) if (!seen.has(path)) changes.push(['removed', path]);
  return changes;
}

/** Copies a channel that is a small folder of files, and returns what is in it; undefined for any other. */
async function copyIfSmall(source: string, path: string, place: CopyPlace): Promise<ChannelFiles | undefined> {
  const { folder, signal } = place;
  let from: JobFolder;
  try {
    from = JobFolder.open(source);
  } catch {
    // A file, or a link: it stays as it is.
    return undefined;
  }
  try {
    if (!(await isSmall(from, signal))) return undefined;
    const copy = ensureBelow(folder, path);
    try {
      await copyTree(from, copy, { signal, warn: () => undefined, isDurable: false });
      return await openToAll(copy, signal);
    } finally {
      copy.close();
    }
  } finally {
    from.close();
  }
}

async function isSmall(folder: JobFolder, signal: AbortSignal): Promise<boolean> {
  let [count, bytes] = [0, 0];
  for await (const { stats } of pacedWalk(folder, signal)) {
    count += 1;
    bytes += stats.isFile() ? stats.size : 0;
    if (!stats.isFile() && !stats.isDirectory()) return false;
    if (count >= MOST_FILES || bytes >= MOST_BYTES) return false;
  }
  return true;
}

// Modes as the platform's: files 0644 (contract C9), but for those that the user made executable.
async function openToAll(copy: JobFolder, signal: AbortSignal): Promise<ChannelFiles> {
  const files = new Map<RawName, string>();
  copy.setMode(SAFE_MODE);
  for await (const entry of pacedWalk(copy, signal)) {
    files.set(entry.path, await describe(entry, signal));
    if (!entry.stats.isDirectory()) continue;
    const folder = entry.folder.openFolder(entry.name);
    folder.setMode(SAFE_MODE);
    folder.close();
  }
  return files;
}

function sizeOf({ stats }: TreeEntry): string {
  if (stats.isDirectory()) return 'folder';
  if (stats.isSymbolicLink()) return 'link';
  return stats.isFile() ? `file of ${stats.size} bytes ` : 'other';
}

async function describe(entry: TreeEntry, signal: AbortSignal): Promise<string> {
  if (!entry.stats.isFile()) return sizeOf(entry);
  return `${sizeOf(entry)}${(await sumOf(entry, signal)) ?? 'unreadable'}`;
}
