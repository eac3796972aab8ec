// docs/architecture.md is a map: every path on it exists, and every folder of the sources is on it.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';

const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const SRC = join(ROOT, 'src');

/** What the page names in backticks and writes as a path: a source file, a folder, or a file of another folder. */
const PATHS = [...PAGE.matchAll(/`([^`\s]+)`/g)]
  .map(([, text = '']) => text)
  .filter((text) => /^[\w.][\w./-]*(?:\/|\.(?:ts|mjs))$/.test(text) || /^(?:docker|docs|test|src)\//.test(text));

const foldersIn = (dir: string) =>
  readdirSync(join(SRC, dir), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${dir}${entry.name}/`);

test('every path that docs/architecture.md names exists', () => {
  assert.ok(PATHS.length > 100, `${PATHS.length} paths were found`);
  const missing = PATHS.filter((path) => !existsSync(join(SRC, path)) && !existsSync(join(ROOT, path)));
  assert.deepEqual(missing, []);
});

test('docs/architecture.md describes every folder of src/ at its two top levels, and no other', () => {
  const described = [...PAGE.matchAll(/^\| `([\w/-]+\/)` \| \S/gm)].map(([, folder = '']) => folder);
  const present = foldersIn('').flatMap((folder) => [folder, ...foldersIn(folder)]);
  assert.deepEqual([...described].sort(), present.sort());
});

test('the tree in docs/architecture.md is in the order of test/unit/layers.test.ts', () => {
  const described = [...PAGE.matchAll(/^\| `([\w-]+)\/` \|/gm)].map(([, folder = '']) => folder);
  const layers = readFileSync(join(ROOT, 'test/unit/layers.test.ts'), 'utf8');
  const [, order = ''] = /const ORDER = \[([\s\S]*?)\n\];/.exec(layers) ?? [];
  const ordered = [...order.matchAll(/'([\w-]+)'/g)].map(([, folder = '']) => folder);
  assert.deepEqual(described, ordered);
});
