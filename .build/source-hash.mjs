// Identifies what dist/ is built from. Tests compare it with the present sources, so that none runs an old build.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file in dist/ that holds the hash of the sources of this build. */
export const HASH_FILE = 'dist/source-hash';

const INPUTS = ['.build', 'src', 'package-lock.json', 'package.json', 'tsconfig.json'];

/** Hash of the names and the content of everything that dist/ is built from, in the repository at `root`. */
export function sourceHash(root) {
  return hashOf(root, INPUTS);
}

/** Hash of the names and the content of files and folders below `root`. */
export function hashOf(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((one) => filesBelow(root, one))) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesBelow(root, path) {
  const entries = entriesOf(join(root, path));
  if (entries === undefined) return [path];
  return entries.sort().flatMap((name) => filesBelow(root, `${path}/${name}`));
}

function entriesOf(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
