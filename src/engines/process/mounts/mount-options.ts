import { realpathSync } from 'node:fs';
import { readTextIfAny } from '../../../job-tree/input/read-text.ts';

// Options that a user namespace may not take away from what was mounted outside.
const LOCKED = ['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime'];

/**
 * Options by which `mount` binds `source` read-only (file systems mounted below it stay as they are). Those that the file system was mounted with are repeated: without
 * them the kernel takes it for an attempt to get rid of them, and refuses it to all but root.
 */
export function readOnlyOptions(source: string, mountInfo = readTextIfAny('/proc/self/mountinfo') ?? ''): string {
  return ['rbind', 'ro', ...lockedOptions(optionsAround(realpathSync(source), mountInfo))].join(',');
}

/** Options of a new file system for one that `path` is mounted with: it is read-only, too, if that one is. */
export function optionsLike(path: string, mountInfo = readTextIfAny('/proc/self/mountinfo') ?? ''): string {
  const options = optionsAround(path, mountInfo);
  return ['nosuid', 'nodev', 'noexec', ...lockedOptions(options), ...(options.includes('ro') ? ['ro'] : [])].join(',');
}

function lockedOptions(options: readonly string[]): readonly string[] {
  return options.filter((option) => LOCKED.includes(option));
}

function optionsAround(path: string, mountInfo: string): readonly string[] {
  let found = { point: '', options: '' };
  for (const line of mountInfo.split('\n')) {
    const [ofMount = '', ofFileSystem = ''] = line.split(' - ');
    const [, , , , mountPoint = '', options = ''] = ofMount.split(' ');
    const { 2: fileSystemOptions = '' } = ofFileSystem.split(' ');
    const point = mountPoint.replace(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const isAround = point === '/' || path === point || path.startsWith(`${point}/`);
    // Of two on one place, the later one is seen.
    if (isAround && point.length >= found.point.length) found = { point, options: `${options},${fileSystemOptions}` };
  }
  return found.options.split(',');
}
