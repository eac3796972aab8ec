import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DEFAULT_BASE_DIR, RELATIVE_PATHS } from '../../contract/paths.ts';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { ensureBelow, isFolderBelow } from '../../job-tree/open-below.ts';
import { readable } from '../../job-tree/raw-name.ts';
import { writeFileBelow } from '../../job-tree/text-files.ts';
import type { HostSpec, Mount } from '../engine.ts';

// A program can neither remove a mount nor put a link in its place.
const INNER = [RELATIVE_PATHS.inputConfigDir, RELATIVE_PATHS.inputDataDir, RELATIVE_PATHS.outputDataDir];

/**
 * Everything that a host's container has mounted: each folder in `mlDir`, and those of the contract within them, at its
 * place below `/opt/ml` (never `/opt/ml` itself, where the image may have folders of its own, contract C5), and over them
 * the host's other mounts, outer ones first.
 */
export function mountsOf(host: Pick<HostSpec, 'mlDir' | 'mounts' | 'limits'>): readonly Mount[] {
  const taken = new Set(host.mounts.map((mount) => mount.target));
  // A small file system has no room for a mount point.
  const disks = (host.limits?.disks ?? []).map(({ target }) => target);
  const isCovered = (target: string) => disks.some((disk) => target === disk || target.startsWith(`${disk}/`));
  const parts = foldersIn(host.mlDir).map((name) => ({
    source: join(host.mlDir, name),
    target: `${DEFAULT_BASE_DIR}/${name}`,
    isReadOnly: false,
  }));
  return [...parts.filter(({ target }) => !taken.has(target) && !isCovered(target)), ...host.mounts].sort(
    (a, b) => a.target.split('/').length - b.target.split('/').length,
  );
}

function foldersIn(mlDir: string): readonly string[] {
  const folder = JobFolder.open(mlDir);
  try {
    const names = folder.names().filter((name) => folder.lstat(name)?.isDirectory());
    return [...names.map(readable), ...INNER.filter((path) => isFolderBelow(folder, path))];
  } finally {
    folder.close();
  }
}

/**
 * Makes the places in `mlDir` over which something is mounted. The engine would make them itself, but as root, in a folder
 * of the user's. No host has run since `mlDir` was made.
 */
export function makeMountPoints(host: Pick<HostSpec, 'mlDir' | 'mounts'>): void {
  const ml = JobFolder.open(host.mlDir);
  try {
    for (const mount of host.mounts) {
      const path = relative(DEFAULT_BASE_DIR, mount.target);
      // Directly below /opt/ml it needs no place in any folder of ours.
      if (path.startsWith('..') || !path.includes('/')) continue;
      if (statSync(mount.source).isDirectory()) ensureBelow(ml, path).close();
      else writeIfMissing(ml, path);
    }
  } finally {
    ml.close();
  }
}

function writeIfMissing(ml: JobFolder, path: string): void {
  try {
    writeFileBelow(ml, path, '');
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}

/**
 * Options for bind mounts. `hasCsv`: whether the engine reads the value of `--mount` as CSV.
 *
 * @throws OptmlError SETTING_INVALID for a path that the engine has no way to be told of.
 */
export function mountArguments(mounts: readonly Mount[], hasCsv: boolean): readonly string[] {
  return mounts.flatMap((mount) => (hasCsv ? csvMount(mount) : plainMount(mount)));
}

function csvMount({ source, target, isReadOnly }: Mount): readonly string[] {
  const fields = ['type=bind', `source=${source}`, `target=${target}`, ...(isReadOnly ? ['readonly'] : [])];
  return ['--mount', fields.map(csvField).join(',')];
}

function csvField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function plainMount({ source, target, isReadOnly }: Mount): readonly string[] {
  const path = source + target;
  if (!/[",]/.test(path)) {
    return ['--mount', `type=bind,source=${source},target=${target}${isReadOnly ? ',readonly' : ''}`];
  }
  if (!path.includes(':')) return ['--volume', `${source}:${target}${isReadOnly ? ':ro' : ''}`];
  throw new OptmlError(
    'SETTING_INVALID',
    'podman cannot mount a path that holds a colon as well as a comma or a quote',
    {
      where: source,
      fix: 'Rename the folder, or use another engine.',
    },
  );
}
