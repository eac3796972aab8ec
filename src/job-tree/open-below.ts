import { closeSync, fstatSync, readSync } from 'node:fs';
import { systemErrorCode } from '../errors/error.ts';
import type { JobFolder } from './job-folder.ts';
import { type RawName, rawName } from './raw-name.ts';
import { systemError } from './system-error.ts';

/** What is in the place of a folder, and is none of the job's own. */
export interface Obstacle {
  /** Path below the root: of the folder itself, or of one above it. */
  readonly path: RawName;
  /** Where it leads, if it is a link. */
  readonly target: RawName | undefined;
  readonly kind: 'link' | 'file system' | 'no folder';
}

/** A folder of a job's tree; neither member if there is none. */
export interface FoundFolder {
  readonly folder?: JobFolder;
  readonly obstacle?: Obstacle;
}

/**
 * Opens the folder at `path` (text, with slashes) below `root`, one component after the other: none may be a link, and all are
 * on the root's file system. The caller closes it.
 *
 * @throws the system's error: ENOENT, ENOTDIR, EXDEV.
 */
export function openBelow(root: JobFolder, path: string): JobFolder {
  return descend(root, path, (folder, name) => openOnDevice(folder, name, root));
}

/** As {@link openBelow}; folders that are missing are made. */
export function ensureBelow(root: JobFolder, path: string): JobFolder {
  return descend(root, path, (folder, name) => folder.ensureFolder(name));
}

/** Opens a folder of a tree, if it is on the file system of the tree's root. @throws the system's error; EXDEV. */
export function openOnDevice(parent: JobFolder, name: RawName, root: JobFolder): JobFolder {
  const folder = parent.openFolder(name);
  if (folder.stats.dev === root.stats.dev) return folder;
  folder.close();
  throw systemError('EXDEV', 'another file system is mounted there', folder.path);
}

/** As {@link openBelow}, and says what is in the place of a folder. @throws the system's other errors. */
export function findFolder(root: JobFolder, path: string): FoundFolder {
  try {
    return { folder: openBelow(root, path) };
  } catch (error) {
    const code = systemErrorCode(error) ?? '';
    if (code === 'ENOENT') return {};
    if (!['ENOTDIR', 'ELOOP', 'EXDEV'].includes(code)) throw error;
    return { obstacle: obstacleOn(root, path) ?? { path: rawName(path), target: undefined, kind: 'file system' } };
  }
}

/** Whether there is a folder at `path` below `root`, and no link on the way. @throws the system's other errors. */
export function isFolderBelow(root: JobFolder, path: string): boolean {
  const { folder } = findFolder(root, path);
  folder?.close();
  return folder !== undefined;
}

/**
 * Opens the regular file at `path` (text, with slashes) below `root` for reading. The caller closes the descriptor.
 *
 * @throws the system's error, also where anything on the path is a link; with `followsLink` the file itself may be one.
 */
export function openFileBelow(root: JobFolder, path: string, options?: { readonly followsLink?: boolean }): number {
  const at = path.lastIndexOf('/');
  const folder = at < 0 ? root : openBelow(root, path.slice(0, at));
  try {
    return folder.openFile(rawName(path.slice(at + 1)), options);
  } finally {
    if (folder !== root) folder.close();
  }
}

/** The start of the regular file at `path` below `root`, at most `mostBytes`. @throws as {@link openFileBelow}. */
export function readStartBelow(root: JobFolder, path: string, mostBytes: number): Buffer {
  const descriptor = openFileBelow(root, path);
  try {
    const buffer = Buffer.alloc(Math.min(mostBytes, fstatSync(descriptor).size));
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The end of the regular file at `path` below `root`, at most `mostBytes`, and the size of the file. @throws as
 * {@link openFileBelow}.
 */
export function readEndBelow(
  root: JobFolder,
  path: string,
  mostBytes: number,
): { readonly end: Buffer; readonly size: number } {
  const descriptor = openFileBelow(root, path);
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(mostBytes, size));
    const count = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return { end: buffer.subarray(0, count), size };
  } finally {
    closeSync(descriptor);
  }
}

function descend(root: JobFolder, path: string, open: (folder: JobFolder, name: RawName) => JobFolder): JobFolder {
  let folder = root;
  for (const name of rawName(path).split('/')) {
    const above = folder;
    try {
      folder = open(above, name);
    } finally {
      if (above !== root) above.close();
    }
  }
  return folder;
}

function obstacleOn(root: JobFolder, path: string): Obstacle | undefined {
  let folder = root;
  const names = rawName(path).split('/');
  try {
    for (const [index, name] of names.entries()) {
      const stats = folder.lstat(name);
      const at = names.slice(0, index + 1).join('/');
      if (stats?.isSymbolicLink()) return { path: at, target: folder.readLink(name), kind: 'link' };
      if (!stats?.isDirectory()) return { path: at, target: undefined, kind: 'no folder' };
      if (stats.dev !== root.stats.dev) return { path: at, target: undefined, kind: 'file system' };
      const next = folder.openFolder(name);
      if (folder !== root) folder.close();
      folder = next;
    }
  } catch {
    // It changes under our eyes: what it was does not matter then.
  } finally {
    if (folder !== root) folder.close();
  }
  return undefined;
}
