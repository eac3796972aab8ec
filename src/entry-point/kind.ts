import { extname, isAbsolute, join, resolve } from 'node:path';
import { OptmlError } from '../errors/error.ts';
import { kindAt } from '../job-tree/input/input-file.ts';

/** How a program is run (contract C24). */
export type EntryPointKind =
  | 'command'
  | 'python-script'
  | 'python-package'
  | 'javascript'
  | 'typescript'
  | 'npm-package';

const EXTENSIONS: Readonly<Record<string, EntryPointKind>> = {
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
  '.tsx': 'typescript',
  '.jsx': 'typescript',
  '.sh': 'command',
};

/** The kind that a Node program's name tells, or undefined for any other name. */
export function nodeKindOf(file: string): 'javascript' | 'typescript' | undefined {
  const kind = EXTENSIONS[extname(file)];
  return kind === 'javascript' || kind === 'typescript' ? kind : undefined;
}

/** Whether a program may contain JSX by its name: only tsx compiles it. */
export function hasJsx(file: string): boolean {
  return /\.[jt]sx$/.test(file);
}

/**
 * The kind of the program at `path`, relative to the code directory or absolute: by its name first (suffixes are case-sensitive),
 * then by a `setup.py` in that directory, which makes it a Python package unless it is outside; everything else is a command (C24).
 *
 * @throws OptmlError PROGRAM_INVALID if `setup.py` is no regular file.
 */
export function entryPointKind(path: string, codeDir: string): EntryPointKind {
  if (isDirectory(resolve(codeDir, path))) return 'npm-package';
  const byName = EXTENSIONS[extname(path)];
  if (byName !== undefined) return byName;
  if (!isAbsolute(path) && hasFile(join(codeDir, 'setup.py'))) return 'python-package';
  return path.endsWith('.py') ? 'python-script' : 'command';
}

/** Whether `path` is a directory (links followed). */
export function isDirectory(path: string): boolean {
  return kindAt(path) === 'a folder';
}

/**
 * Whether `file` is a regular file (links followed); false if it is missing.
 *
 * @throws OptmlError PROGRAM_INVALID for anything else in its place: programs wait forever for a named pipe.
 */
export function hasFile(file: string): boolean {
  const kind = kindAt(file);
  if (kind === undefined || kind === 'a regular file') return kind !== undefined;
  throw new OptmlError('PROGRAM_INVALID', `${file} is ${kind}`, { where: file, fix: 'Put a regular file there.' });
}
