import { existsSync, lstatSync, mkdirSync, rmdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DEFAULT_BASE_DIR, pathBelowBase } from '../../contract/paths.ts';
import { OptmlError } from '../../errors/error.ts';
import type { HostDisk, HostSpec, Mount } from '../engine.ts';

/**
 * A host's mounts with their places below its own folder instead of `/opt/ml` (contract C8), outer ones first.
 *
 * @throws OptmlError START_FAILED for a place elsewhere, which only a container has.
 */
export function planMounts({ mounts, mlDir }: HostSpec): readonly Mount[] {
  const planned = mounts.map((mount) => ({ ...mount, target: mountPoint(mount.target, mlDir) }));
  return planned.sort((a, b) => a.target.length - b.target.length);
}

/** A host's small file systems, with their places below its own folder. @throws OptmlError as {@link planMounts}. */
export function planDisks({ limits, mlDir }: HostSpec): readonly HostDisk[] {
  return (limits?.disks ?? []).map((disk) => ({ ...disk, target: mountPoint(disk.target, mlDir) }));
}

function mountPoint(target: string, mlDir: string): string {
  const path = pathBelowBase(target, mlDir);
  if (path !== undefined) return path;
  throw new OptmlError('START_FAILED', `${target} is not below ${DEFAULT_BASE_DIR}, and there is no container`, {
    where: 'engine process',
    fix: `Choose a path below ${DEFAULT_BASE_DIR}, or a container engine.`,
  });
}

/** Makes what a mount can be mounted on: a folder, or a file for all else. */
export function makeMountPoint({ source, target }: Mount): void {
  if (existsSync(target)) return;
  if (statSync(source).isDirectory()) {
    mkdirSync(target, { recursive: true });
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, '');
}

/** Where nothing can be mounted: puts a link in the place. Nothing keeps its target from being written to. */
export function linkInstead({ source, target }: Mount): void {
  mkdirSync(dirname(target), { recursive: true });
  const stats = lstatSync(target, { throwIfNoEntry: false });
  // Not a folder with something in it: that is not ours to remove, and the error says so.
  if (stats?.isDirectory()) rmdirSync(target);
  else if (stats !== undefined) unlinkSync(target);
  symlinkSync(source, target);
}
