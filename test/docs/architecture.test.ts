// docs/architecture.md is a map: every path on it exists, and every folder of the sources is on it. The decisions name paths
// too.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';

const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const SRC = join(ROOT, 'src');

/** What a page names in backticks and writes as a path: a source file, a folder, or a file of another folder. */
function pathsIn(page: string): readonly string[] {
  return [...page.matchAll(/`([^`\s]+)`/g)]
    .map(([, text = '']) => text)
    .filter((text) => /^[\w.][\w./-]*(?:\/|\.(?:ts|mjs))$/.test(text) || /^(?:docker|docs|test|src)\//.test(text));
}

const foldersIn = (dir: string) =>
  readdirSync(join(SRC, dir), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${dir}${entry.name}/`);

test('every path that docs/architecture.md names exists', () => {
  const paths = pathsIn(PAGE);
  assert.ok(paths.length > 100, `${paths.length} paths were found`);
  const missing = paths.filter((path) => !existsSync(join(SRC, path)) && !existsSync(join(ROOT, path)));
  assert.deepEqual(missing, []);
});

test('every path that a decision names exists', () => {
  const pages = readdirSync(join(ROOT, 'docs/decisions')).map((name) => `docs/decisions/${name}`);
  const paths = pages.flatMap((page) =>
    pathsIn(readFileSync(join(ROOT, page), 'utf8')).map((path) => ({ page, path })),
  );
  assert.ok(paths.length > 20, `${paths.length} paths were found`);
  const missing = paths.filter(({ path }) => !existsSync(join(ROOT, path)));
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
