import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readInput } from '../job-tree/input/input-file.ts';
import { isObject, readJson } from '../json/read-value.ts';

// Of `import` and of `require`; a path, `#name` or `node:name` is no package.
const MISSING =
  /Cannot find (?:package|module) '((?:@[\w.~-]+\/)?[\w~-][\w.~-]*)(?:\/[^'\n]*)?'(?: imported from '?([^'\n]+)|\nRequire stack:\n- ([^\n]+))/;

/**
 * Where to add the package that a Node program did not find: its `package.json`, from the file that asks for it up to the code
 * directory. Undefined if the program had everything, or the file is none of the code directory.
 */
export function missingPackageNote(output: string, codeDir: string): string | undefined {
  const [, name, imported, required] = MISSING.exec(output) ?? [];
  const file = (imported ?? required)?.trim().replace(/^file:\/\//, '');
  if (name === undefined || file === undefined) return undefined;
  const inside = relative(codeDir, file);
  if (inside.startsWith('..') || inside.includes('node_modules/')) return undefined;
  const manifest = manifestAbove(dirname(file), codeDir);
  if (manifest === undefined)
    return `"${name}" is not installed: there is no package.json beside ${inside} or above it. Add one with the dependency "${name}", or copy node_modules into the source`;
  const path = relative(codeDir, manifest);
  const has = (member: string) => hasDependency(manifest, member, name);
  if (has('dependencies'))
    return `"${name}" is a dependency in ${path}, but is not installed. train installs the packages of the program's folder and of those above it: make this folder a workspace of one of them, or copy node_modules into the source`;
  if (has('devDependencies'))
    return `"${name}" is not installed: ${path} lists it in devDependencies. Move it to dependencies`;
  return `"${name}" is not installed: ${path} does not list it. Add it to the dependencies there: npm install ${name}`;
}

function manifestAbove(dir: string, codeDir: string): string | undefined {
  const file = join(dir, 'package.json');
  if (existsSync(file)) return file;
  return dir === codeDir || dirname(dir) === dir ? undefined : manifestAbove(dirname(dir), codeDir);
}

function hasDependency(manifest: string, member: string, name: string): boolean {
  try {
    const content = readJson(readInput(manifest).toString('utf8'));
    const listed = isObject(content) ? content[member] : undefined;
    return isObject(listed) && Object.hasOwn(listed, name);
  } catch {
    // The program may have changed it: the advice is a hint only.
    return false;
  }
}
