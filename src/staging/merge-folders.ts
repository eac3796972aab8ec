import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Moves the content of `from` into `into`, which is made when it is missing; what is there already gives way. Returns the
 * paths that were there before, below `into`. Both lie on one file system.
 */
export function mergeFolder(from: string, into: string, below = ''): readonly string[] {
  mkdirSync(join(into, below), { recursive: true });
  const clashes: string[] = [];
  for (const entry of readdirSync(join(from, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    const target = join(into, path);
    const there = lstatSync(target, { throwIfNoEntry: false });
    if (there?.isDirectory() && entry.isDirectory()) {
      clashes.push(...mergeFolder(from, into, path));
      continue;
    }
    if (there !== undefined) {
      clashes.push(path);
      rmSync(target, { recursive: true });
    }
    renameSync(join(from, path), target);
  }
  return clashes;
}
