import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { hasFile, isDirectory } from '../kind.ts';
import type { PackageJson } from './package-json.ts';

/** The packages that one installation in `dir` installs together, apart from `dir` itself (npm, yarn, pnpm). Absolute. */
export function workspaceMembers(dir: string, { workspaces }: PackageJson): readonly string[] {
  const listed = [workspaces ?? pnpmPatterns(dir)].flat().flatMap((item) => (isText(item) ? [item] : packagesOf(item)));
  const isExcluded = (pattern: string) => pattern.startsWith('!');
  const found = listed.filter((pattern) => !isExcluded(pattern)).flatMap((pattern) => expand(dir, pattern));
  const without = new Set(listed.filter(isExcluded).flatMap((pattern) => expand(dir, pattern.slice(1))));
  return [...new Set(found)].filter((folder) => folder !== dir && !without.has(folder));
}

function packagesOf(value: unknown): readonly string[] {
  const packages = (value as { readonly packages?: unknown } | null)?.packages;
  return Array.isArray(packages) ? packages.filter(isText) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

// The list "packages" of pnpm-workspace.yaml, whose items are texts.
function pnpmPatterns(dir: string): readonly string[] {
  const text = readTextIfAny(join(dir, 'pnpm-workspace.yaml')) ?? '';
  const list = /^packages:[^\n]*\n((?:[ \t]*(?:-[^\n]*|#[^\n]*)?(?:\n|$))*)/m.exec(text)?.[1] ?? '';
  return [...list.matchAll(/^[ \t]*-[ \t]+(?:'([^']*)'|"([^"]*)"|([^\s#]+))/gm)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );
}

function expand(dir: string, pattern: string): readonly string[] {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? [] : foldersBelow(dir, parts).filter((folder) => hasFile(join(folder, 'package.json')));
}

function foldersBelow(dir: string, [first, ...rest]: readonly string[]): readonly string[] {
  if (first === undefined) return [dir];
  if (first === '**') {
    return [...foldersBelow(dir, rest), ...subfolders(dir).flatMap((folder) => foldersBelow(folder, [first, ...rest]))];
  }
  if (!/[*?]/.test(first)) return foldersBelow(join(dir, first), rest);
  const name = new RegExp(
    `^${first
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  );
  return subfolders(dir).flatMap((folder) => (name.test(basename(folder)) ? foldersBelow(folder, rest) : []));
}

function subfolders(dir: string): readonly string[] {
  if (!isDirectory(dir)) return [];
  const entries = readdirSync(dir, { withFileTypes: true });
  const isPackageFolder = (name: string) => name !== 'node_modules' && !name.startsWith('.');
  return entries.flatMap((entry) =>
    entry.isDirectory() && isPackageFolder(entry.name) ? [join(dir, entry.name)] : [],
  );
}
