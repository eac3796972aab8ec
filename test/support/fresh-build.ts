import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HASH_FILE, sourceHash } from '../../.build/source-hash.mjs';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** @throws Error unless dist/ is built from the present sources. */
export function requireFreshBuild(root = ROOT): void {
  const file = join(root, HASH_FILE);
  if (!existsSync(file)) throw new Error('dist/ is missing or incomplete. Run "npm run build".');
  if (readFileSync(file, 'utf8') !== sourceHash(root)) {
    throw new Error('dist/ is older than its sources. Run "npm run build".');
  }
}
