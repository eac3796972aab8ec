import { existsSync, lstatSync, mkdirSync, rmdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DEFAULT_BASE_DIR, pathBelowBase } from '../../../contract/paths.ts';
import { OptmlError } from '../../../errors/error.ts';
import type { HostDisk, HostSpec, Mount } from '../../engine.ts';
import { whyNeeded } from './needed-paths.ts';
import { optMlMounts } from './opt-ml.ts';

/** A mount, and where its mount point is as this machine sees it. */
export interface PlannedMount extends Mount {
  readonly mountPoint: string;
}

/** A host, and whether it sees its folder as `/opt/ml`. */
export interface PlannedHost extends HostSpec {
  readonly hasOptMl: boolean;
  /** Where its temporary files are, which it sees below `/opt/ml`. */
  readonly temporaryDir: string;
}

/**
 * A host's mounts, outer ones first. Without `/opt/ml` their targets are below the host's own folder instead (contract C8).
 *
 * @throws OptmlError START_FAILED for a target elsewhere that is no folder of this machine, or that the host needs, or for any
 *   without `/opt/ml`.
 */
export function planMounts(host: PlannedHost): readonly PlannedMount[] {
  const { mounts, mlDir, hasOptMl } = host;
  const planned = mounts.map((mount) => {
    const mountPoint = mountPointOf(mount.target, host);
    return { ...mount, mountPoint, target: hasOptMl ? mount.target : mountPoint };
  });
  const own = hasOptMl
    ? optMlMounts(mlDir, host.temporaryDir).map((mount) => ({ ...mount, mountPoint: mount.source }))
    : [];
  // Those outside last: they may cover the sources of others, such as a folder for all jobs in /tmp.
  const isOutside = ({ target }: Mount) => pathBelowBase(target, mlDir) === undefined && hasOptMl;
  return [
    ...own,
    ...planned.sort((a, b) => Number(isOutside(a)) - Number(isOutside(b)) || a.target.length - b.target.length),
  ];
}

/** A host's small file systems, with their targets as {@link planMounts}. @throws OptmlError as it does. */
export function planDisks(host: PlannedHost): readonly HostDisk[] {
  return (host.limits?.disks ?? []).map((disk) => {
    const mountPoint = mountPointOf(disk.target, host);
    return host.hasOptMl ? disk : { ...disk, target: mountPoint };
  });
}

function mountPointOf(target: string, { mlDir, hasOptMl }: PlannedHost): string {
  const path = pathBelowBase(target, mlDir);
  if (path !== undefined) return path;
  if (!hasOptMl) throw noPlace(target, `is not below ${DEFAULT_BASE_DIR}`, 'Choose');
  const isFolder = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  const need = isFolder || target === DEFAULT_BASE_DIR ? whyNeeded(target) : undefined;
  if (need !== undefined) throw noPlace(target, need, 'Choose');
  if (isFolder) return target;
  throw noPlace(target, 'is not a folder of this machine', 'Create this folder, or choose');
}

function noPlace(target: string, why: string, fix: string): OptmlError {
  return new OptmlError('START_FAILED', `${target} ${why}, and there is no container`, {
    where: 'engine process',
    fix: `${fix} a path below ${DEFAULT_BASE_DIR}, or a container engine.`,
  });
}

/** Makes what a mount can be mounted on: a folder, or a file for all else. */
export function makeMountPoint({ source, mountPoint: target }: PlannedMount): void {
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
  // Not a folder with something in it: we do not remove that, and the error names it.
  if (stats?.isDirectory()) rmdirSync(target);
  else if (stats !== undefined) unlinkSync(target);
  symlinkSync(source, target);
}
