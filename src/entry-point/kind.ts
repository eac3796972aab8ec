import { existsSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

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
  '.sh': 'command',
};

/** The kind that a Node program's name tells, or undefined for any other name. */
export function nodeKindOf(file: string): 'javascript' | 'typescript' | undefined {
  const kind = EXTENSIONS[extname(file)];
  return kind === 'javascript' || kind === 'typescript' ? kind : undefined;
}

/**
 * The kind of the program at `path`, relative to the code directory: by its name first (suffixes are case-sensitive),
 * then by a `setup.py` beside it, which makes it a Python package; everything else is a command (C24).
 */
export function entryPointKind(path: string, codeDir: string): EntryPointKind {
  if (isDirectory(join(codeDir, path))) return 'npm-package';
  const byName = EXTENSIONS[extname(path)];
  if (byName !== undefined) return byName;
  if (existsSync(join(codeDir, 'setup.py'))) return 'python-package';
  return path.endsWith('.py') ? 'python-script' : 'command';
}

/** Whether `path` is a directory (links followed). */
export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
