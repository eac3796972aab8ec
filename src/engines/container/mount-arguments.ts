import { lstatSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { DEFAULT_BASE_DIR } from '../../contract/paths.ts';
import { OptmlError } from '../../errors/error.ts';
import type { HostSpec, Mount } from '../engine.ts';

/**
 * Everything that a host's container has mounted: each folder in `mlDir` at its place below `/opt/ml` (never `/opt/ml`
 * itself, where the image may have folders of its own, contract C5), and over them the host's other mounts, outer ones first.
 */
export function mountsOf(host: Pick<HostSpec, 'mlDir' | 'mounts' | 'limits'>): readonly Mount[] {
  const taken = new Set([...host.mounts, ...(host.limits?.disks ?? [])].map((mount) => mount.target));
  const parts = readdirSync(host.mlDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({
      source: join(host.mlDir, entry.name),
      target: `${DEFAULT_BASE_DIR}/${entry.name}`,
      isReadOnly: false,
    }));
  return [...parts.filter((part) => !taken.has(part.target)), ...host.mounts].sort(
    (a, b) => a.target.split('/').length - b.target.split('/').length,
  );
}

/**
 * Makes the places in `mlDir` over which something is mounted. The engine would make them itself, but as root, in a folder
 * of the user's.
 */
export function makeMountPoints(host: Pick<HostSpec, 'mlDir' | 'mounts'>): void {
  for (const mount of host.mounts) {
    const path = relative(DEFAULT_BASE_DIR, mount.target);
    // Directly below /opt/ml it needs no place in any folder of ours.
    if (path.startsWith('..') || !path.includes('/')) continue;
    const mountPoint = join(host.mlDir, path);
    if (lstatSync(mountPoint, { throwIfNoEntry: false }) !== undefined) continue;
    const isFolder = statSync(mount.source).isDirectory();
    mkdirSync(isFolder ? mountPoint : dirname(mountPoint), { recursive: true });
    if (!isFolder) writeFileSync(mountPoint, '');
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
