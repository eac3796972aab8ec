import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTextIfAny } from '../../../job-tree/input/read-text.ts';

/** A control group in which groups with a memory limit can be made. */
export interface GroupParent {
  /** Absolute. */
  readonly dir: string;
  /** Which version's files its groups have. */
  readonly version: 1 | 2;
}

/** Where the kernel shows control groups; other folders in tests. */
export interface GroupFiles {
  readonly root?: string | undefined;
  /** The file that lists the groups of this process. */
  readonly membership?: string | undefined;
}

/**
 * Where this process can make control groups with a memory limit, or why it cannot. Limits that this process has itself also
 * hold there. Changes nothing: a group above whose children have no memory controller is not given one.
 */
export function findGroupParent({
  root = '/sys/fs/cgroup',
  membership = '/proc/self/cgroup',
}: GroupFiles = {}): GroupParent | string {
  const lines = readTextIfAny(membership)?.split('\n') ?? [];
  const parents = lines.map((line) => parentIn(root, line)).filter((parent) => parent !== undefined);
  const parent = parents.find((one) => typeof one !== 'string') ?? parents[0];
  if (parent === undefined) return 'the kernel has no control groups for memory';
  return typeof parent === 'string' ? parent : (lackOfRights(parent) ?? parent);
}

// One line is `ID:CONTROLLERS:PATH`; version 2 names no controllers.
function parentIn(root: string, line: string): GroupParent | string | undefined {
  const [, controllers, ...rest] = line.split(':');
  const path = rest.join(':');
  if (controllers?.split(',').includes('memory')) {
    // A container sees its own group as the root.
    const dir = [join(root, 'memory', path), join(root, 'memory')].find((one) => existsSync(join(one, 'cgroup.procs')));
    return dir === undefined ? `${join(root, 'memory')} shows no control groups` : { dir, version: 1 };
  }
  if (controllers !== '') return undefined;
  const top = [root, join(root, 'unified')].find((one) => existsSync(join(one, 'cgroup.procs')));
  return top === undefined ? `${root} shows no control groups` : nearestWithMemory(top, join(top, path));
}

// In version 2 a group that contains processes gives its children no controllers, so this is never the process's own group,
// but for the root.
function nearestWithMemory(top: string, own: string): GroupParent | string {
  for (let dir = own; dir.startsWith(top); dir = dirname(dir)) {
    const enabled = readTextIfAny(join(dir, 'cgroup.subtree_control'))?.trim().split(' ') ?? [];
    if (enabled.includes('memory')) return { dir, version: 2 };
  }
  return `no control group of this process in ${top} passes the memory controller on`;
}

// A process is moved with the right to write to `cgroup.procs` of the group above both its groups.
function lackOfRights({ dir, version }: GroupParent): string | undefined {
  try {
    accessSync(dir, constants.W_OK);
    if (version === 2) accessSync(join(dir, 'cgroup.procs'), constants.W_OK);
    return undefined;
  } catch (error) {
    const isReadOnly = (error as NodeJS.ErrnoException).code === 'EROFS';
    return isReadOnly ? `${dir} is read-only` : `the control group ${dir} is not delegated to your user`;
  }
}
