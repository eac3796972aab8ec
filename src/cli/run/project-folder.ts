import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { nodeKindOf } from '../../entry-point/kind.ts';

const NODE_FILES = ['package.json'] as const;
const PYTHON_FILES = ['requirements.txt', 'pyproject.toml'] as const;
const WRITABLE_FOR_ALL = 0o002;
const TEMPORARY = 0o1002;

/**
 * The folder of the project that a program belongs to: the closest folder, from its own upwards, with the file that lists the
 * packages of its language. Without one it is the program's own folder. The search ends at the top of a git repository, and
 * before `home`, the root of the file system and folders that every user can write to. Undefined for a program that lies directly
 * in `home`, the root or a folder such as `/tmp`: all files there would be copied to the hosts. `file` and `home` are absolute.
 */
export function projectFolder(file: string, home: string): string | undefined {
  const own = dirname(file);
  if (own === home || own === '/' || isTemporary(own)) return undefined;
  const marks = marksOf(basename(file));
  for (let folder = own; ; folder = dirname(folder)) {
    if (folder !== own && isShared(folder, home)) return own;
    if (marks.some((mark) => existsSync(join(folder, mark)))) return folder;
    if (existsSync(join(folder, '.git')) || folder === dirname(folder)) return own;
  }
}

function marksOf(name: string): readonly string[] {
  if (nodeKindOf(name) !== undefined) return NODE_FILES;
  if (name.endsWith('.py')) return PYTHON_FILES;
  // A script may start a program of either language.
  return [...NODE_FILES, ...PYTHON_FILES];
}

/** Whether a folder has the mode of `/tmp`. Other folders that all can write to may be of a file system without modes. */
function isTemporary(folder: string): boolean {
  return (statSync(folder).mode & TEMPORARY) === TEMPORARY;
}

/** Whether a project in this folder would be all files of a user or a machine. */
function isShared(folder: string, home: string): boolean {
  return folder === home || folder === '/' || (statSync(folder).mode & WRITABLE_FOR_ALL) !== 0;
}
