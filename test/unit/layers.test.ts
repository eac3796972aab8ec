import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';

/** The folders of src/ in the order of a job's way: each imports only from those before it. */
const LAYERS = [
  ['errors', 'clock.ts', 'read-text.ts'],
  ['json'],
  ['contract'],
  ['log'],
  ['process'],
  ['config'],
  ['environment'],
  ['archive', 'storage'],
  ['entry-point'],
  ['runner'],
  ['outcome'],
  ['artifacts'],
  ['job.ts', 'prepare-program.ts', 'run-program.ts', 'train.ts', 'dry-run.ts'],
  ['training'],
  ['request'],
  ['platform'],
  ['validate'],
  ['index.ts', 'node-hooks', 'cli'],
  ['bin'],
];

const SRC = join(ROOT, 'src');

function layerOf(file: string): number {
  const [top = ''] = relative(SRC, file).split(sep);
  return LAYERS.findIndex((layer) => layer.includes(top));
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'([.#][^']+)'/g)].map(([, target = '']) =>
    target.startsWith('#') ? join(SRC, `${target.slice(1)}.ts`) : normalize(join(dirname(file), target)),
  );
}

test('a folder of src/ imports only from folders before it in the order of a job', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  assert.ok(files.length > 50, 'the sources were found');
  for (const name of files) {
    const file = join(SRC, name);
    assert.ok(layerOf(file) >= 0, `${name} belongs to no layer: add its folder to the order`);
    for (const target of importsOf(file)) {
      assert.ok(layerOf(target) <= layerOf(file), `${name} imports ${relative(SRC, target)}, which comes later`);
    }
  }
});
