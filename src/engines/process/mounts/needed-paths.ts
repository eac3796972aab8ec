import { existsSync, realpathSync } from 'node:fs';
import { DEFAULT_BASE_DIR } from '../../../contract/paths.ts';
import { packageRoot } from '../../../process/package-root.ts';

// A mount over one of them ends the host, or misleads its programs: optml, its Node, the shell of the host and its tools,
// the names of the hosts.
const NEEDED = ['/bin/sh', '/usr/bin/mount', '/dev/null', '/etc/hosts'];
// File systems of the kernel, and the one that each host mounts for itself after all others.
const OF_THE_SYSTEM = ['/proc', '/sys', '/dev/shm'];

/**
 * Why a host cannot have another folder at `path`, a folder of this machine; undefined if it can. A mount on `/` is the worst:
 * programs do not see it, and write to this machine's own root.
 */
export function whyNeeded(path: string): string | undefined {
  const real = realPathOf(path);
  const system = OF_THE_SYSTEM.find((folder) => isIn(real, folder));
  if (system !== undefined) return `is in ${system}, which the host has of its own`;
  const needed = [DEFAULT_BASE_DIR, packageRoot(), process.execPath, ...NEEDED, ...OF_THE_SYSTEM];
  const covered = needed.find((file) => isIn(realPathOf(file), real));
  return covered === undefined ? undefined : `contains ${covered}, which the host needs`;
}

function isIn(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}

function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
