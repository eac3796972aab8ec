import { readdirSync } from 'node:fs';
import { extname, isAbsolute, join, normalize } from 'node:path';
import { kindAt } from '../../job-tree/input/input-file.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { isObject, readJson } from '../../json/read-value.ts';
import { isProgramName } from '../../request/document/recognise.ts';

/** The program of a folder, as a path in it, or the programs that it may be. */
export type FoundProgram = { readonly program: string } | { readonly candidates: readonly string[] };

/**
 * The program of a folder that has no job file: `main` of its package.json, if that file is there, else the only file
 * `train.*` at its top.
 */
export function findProgram(dir: string): FoundProgram {
  const main = mainOf(dir);
  if (main !== undefined) return { program: main };
  const programs = programsIn(dir);
  const named = programs.filter((name) => name.slice(0, -extname(name).length) === 'train');
  const [only] = named;
  if (only !== undefined && named.length === 1) return { program: only };
  return { candidates: named.length > 0 ? named : [...programs, ...programsIn(dir, 'src')] };
}

/** The programs in a folder or in one of its folders, as paths in it. */
export function programsIn(dir: string, below = ''): readonly string[] {
  const folder = join(dir, below);
  if (kindAt(folder) !== 'a folder') return [];
  return readdirSync(folder)
    .filter((name) => isProgramName(name) && kindAt(join(folder, name)) === 'a regular file')
    .sort()
    .map((name) => join(below, name));
}

function mainOf(dir: string): string | undefined {
  const manifest = manifestOf(join(dir, 'package.json'));
  const main = isObject(manifest) ? manifest['main'] : undefined;
  if (typeof main !== 'string' || main === '' || isAbsolute(main)) return undefined;
  const path = normalize(main);
  return !path.startsWith('..') && kindAt(join(dir, path)) === 'a regular file' ? path : undefined;
}

function manifestOf(file: string): unknown {
  try {
    return readJson(readTextIfAny(file) ?? 'null');
  } catch {
    // npm reports it when it reads the file.
    return undefined;
  }
}
