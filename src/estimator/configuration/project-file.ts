import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseJsonDocument } from '../../request/document/json-document.ts';
import { isObject } from '../../request/is-json-object.ts';
import { DEFAULT_NAMES, defaultProblem, unknownNames } from './default-values.ts';
import type { FoundDefaults } from './defaults.ts';
import { unreadableDefaults, wrongDefaults } from './defaults-error.ts';
import { originsOf } from './origins.ts';
import { readDefaultsText } from './read-text.ts';

/** The file with a project's defaults, beside its job files or above them. */
export const PROJECT_FILE = 'optml.json';

// For editors that check a file by its schema.
const IGNORED = '$schema';

/**
 * The defaults of the project that the folder `dir` (absolute) belongs to: of the nearest `optml.json` up to the root of the
 * git repository. Outside of a repository only `dir` itself is searched: others may write to folders above it.
 *
 * @throws OptmlError DEFAULTS_INVALID.
 */
export function readProjectFile(dir: string): FoundDefaults | undefined {
  for (const folder of projectFolders(dir)) {
    const file = join(folder, PROJECT_FILE);
    const text = readDefaultsText(file);
    if (text !== undefined) return parseProjectFile(text, file);
  }
  return undefined;
}

function parseProjectFile(text: string, file: string): FoundDefaults {
  const { value, problem } = parseJsonDocument(text);
  if (problem !== undefined) throw unreadableDefaults(file, problem);
  if (!isObject(value)) throw unreadableDefaults(file, { message: 'expected an object' });
  const problems = [
    ...unknownNames(value, [...DEFAULT_NAMES, IGNORED], ''),
    ...DEFAULT_NAMES.filter((name) => Object.hasOwn(value, name)).flatMap(
      (name) => defaultProblem(name, value[name], name) ?? [],
    ),
  ];
  if (problems.length > 0) throw wrongDefaults(problems, file);
  const { [IGNORED]: _, ...defaults } = value;
  return { defaults, origins: originsOf(defaults, () => file) };
}

/** The folders to search, the nearest first. */
function projectFolders(dir: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dir; ; folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, '.git'))) return folders;
    if (folder === dirname(folder)) return [dir];
  }
}
