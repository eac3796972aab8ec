import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';

/** The folders and loose files of src/, in the order of docs/architecture.md: each imports only from those before it. */
const ORDER = [
  ['errors', 'concurrency', 'text', 'checksum'],
  ['json'],
  ['log'],
  ['contract'],
  ['files'],
  ['job-tree'],
  ['process'],
  ['config'],
  ['environment'],
  ['archive', 'storage', 'buckets'],
  ['entry-point'],
  ['outcome'],
  ['artifacts'],
  ['launchers'],
  ['train'],
  ['training'],
  ['request'],
  ['jobs'],
  ['engines'],
  ['staging'],
  ['report'],
  ['algorithm'],
  ['algorithms'],
  ['aliases'],
  ['local'],
  ['validate'],
  ['aws'],
  ['estimator'],
  ['endpoint'],
  ['index.ts', 'node-hooks', 'cli'],
  ['bin'],
];

/**
 * What each part imports beside the leaves: nothing that runs `train` knows of jobs, and nothing that keeps jobs knows of
 * what runs them. A folder that is absent here may import all that comes before it.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  request: ['contract', 'job-tree'],
  jobs: ['contract', 'files', 'job-tree', 'process', 'request'],
  engines: ['contract', 'files', 'job-tree', 'process', 'environment', 'entry-point', 'request', 'jobs'],
  report: ['contract', 'files', 'job-tree', 'request', 'jobs', 'staging'],
  training: ['contract', 'job-tree', 'config'],
};

const LEAVES = ['errors', 'concurrency', 'json', 'log', 'text'];

/** Sub-folders that only some folders may import from, with the folder that they are in. */
const INSIDE_ONLY: Readonly<Record<string, readonly string[]>> = {
  'storage/checksum': ['storage'],
  'storage/upload': ['storage'],
  'engines/container': ['engines'],
  'engines/process': ['engines'],
  'engines/watchdog': ['engines'],
  'launchers/cluster': ['launchers'],
  'launchers/ranks': ['launchers'],
  'launchers/tensorflow': ['launchers'],
  'staging/channels/file': ['staging/channels'],
  'staging/channels/objects': ['staging/channels'],
  'staging/channels/pipe': ['staging/channels'],
  'validate/checks/support': ['validate/checks'],
  'validate/image': ['validate'],
  'validate/observe': ['validate'],
};

/** Sub-folders in their own order: each imports only from those before it. */
const SUB_ORDERS: Readonly<Record<string, readonly string[]>> = {
  launchers: ['launchers/cluster', 'launchers/ranks', 'launchers/mpi', 'launchers/tensorflow'],
  validate: ['validate/image', 'validate/observe', 'validate/checks', 'validate/report'],
};

const SRC = join(ROOT, 'src');
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

const topOf = (file: string) => file.split('/')[0] ?? '';
const layerOf = (file: string) => ORDER.findIndex((layer) => layer.includes(topOf(file)));
const isIn = (file: string, folder: string) => file.startsWith(`${folder}/`);

/** The files that `file` imports, relative to src/, at start or later. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'([.#][^']+)'/g)].map(([, target = '']) =>
    target.startsWith('#') ? `${target.slice(1)}.ts` : relative('.', normalize(join(dirname(file), target))),
  );
}

const IMPORTS = FILES.flatMap((from) => importsOf(from).map((to) => ({ from, to })));

test('a folder of src/ imports only from folders before it in the order of the architecture', () => {
  assert.ok(FILES.length > 50, 'the sources were found');
  for (const file of FILES) assert.ok(layerOf(file) >= 0, `${file} belongs to no layer: add its folder to the order`);
  const against = IMPORTS.filter(({ from, to }) => layerOf(to) > layerOf(from));
  assert.deepEqual(against, []);
});

test('folders whose imports are listed import nothing else', () => {
  const others = IMPORTS.filter(({ from, to }) => {
    const allowed = ALLOWED[topOf(from)];
    return allowed !== undefined && ![...allowed, ...LEAVES, topOf(from)].includes(topOf(to));
  });
  assert.deepEqual(others, []);
});

test('the inner folders of a part are imported by the part alone', () => {
  const outside = IMPORTS.filter(({ from, to }) =>
    Object.entries(INSIDE_ONLY).some(
      ([folder, users]) => isIn(to, folder) && ![folder, ...users].some((user) => isIn(from, user)),
    ),
  );
  assert.deepEqual(outside, []);
});

test('sub-folders import only from those before them in their own order', () => {
  for (const order of Object.values(SUB_ORDERS)) {
    const rank = (file: string) => order.findLastIndex((folder) => isIn(file, folder));
    const against = IMPORTS.filter(({ from, to }) => rank(from) >= 0 && rank(to) > rank(from));
    assert.deepEqual(against, []);
  }
});

test('a folder of src/ has at most 20 files at its root', () => {
  const folders = [...new Set(FILES.map((file) => dirname(file)))];
  const crowded = folders.filter((folder) => FILES.filter((file) => dirname(file) === folder).length > 20);
  assert.deepEqual(crowded, []);
});
