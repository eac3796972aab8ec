// The examples in the comments of public exports: each export has one, with the types of the package, and those of algorithms
// and RecordIO run. Needs a fresh `npm run build`.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { transformSync } from 'esbuild';
import { denseTensorRecords } from '../../src/algorithm/data/recordio/index.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';

/** Entry → the folder of its sources. */
const ENTRIES = { 'optml/algorithm': 'algorithm', 'optml/recordio': 'algorithm', 'optml/estimator': 'estimator' };

const require = createRequire(import.meta.url);
const EXAMPLES = Object.entries(ENTRIES).flatMap(([entry, folder]) => {
  const sources = readdirSync(join(ROOT, 'src', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, 'src', folder, name), 'utf8'));
  return Object.keys(require(entry)).map((name) => ({ name: `${entry} ${name}`, code: exampleOf(name, sources) }));
});

/** The code in the comment above the declaration of an export. */
function exampleOf(name: string, sources: readonly string[]): string | undefined {
  const declaration = new RegExp(`\\*/\\nexport (?:async )?(?:function\\*? |class |const )${name}\\b`);
  for (const source of sources) {
    const at = source.search(declaration);
    if (at < 0) continue;
    const comment = source.slice(source.lastIndexOf('/**', at), at).replaceAll(/^ \* ?/gm, '');
    return /@example\n```ts\n([\s\S]*?)```/.exec(comment)?.[1];
  }
  return undefined;
}

/** A project that has optml, and the data that the examples name. */
function makeProject(t: TestContext): string {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'node_modules'));
  symlinkSync(ROOT, join(dir, 'node_modules', 'optml'));
  symlinkSync(join(ROOT, 'node_modules', '@types'), join(dir, 'node_modules', '@types'));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  for (const [folder, rows] of Object.entries({ train: '1,2,3\n0,4,5\n', sparse: '1 0:2 9:3\n' })) {
    mkdirSync(join(dir, folder));
    writeFileSync(join(dir, folder, 'rows'), rows);
  }
  const matrix = { rows: 2, columns: 1, values: Float32Array.of(1, 2) };
  writeFileSync(join(dir, 'train.rec'), Buffer.concat([...denseTensorRecords(matrix, Float32Array.of(0, 1))]));
  return dir;
}

test('each function and class of the entries has an example', () => {
  assert.ok(EXAMPLES.length > 20);
  assert.deepEqual(
    EXAMPLES.filter(({ code }) => code === undefined).map(({ name }) => name),
    [],
  );
});

test('the examples have the types of the package', (t) => {
  const dir = makeProject(t);
  for (const [index, { code = '' }] of EXAMPLES.entries()) writeFileSync(join(dir, `example-${index}.ts`), code);
  const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', target: 'es2023', types: ['node'] };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const { status, stdout } = spawnSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', dir], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});

// Those of estimators start jobs: test/estimator and examples/estimator run such programs.
for (const { name, code = '' } of EXAMPLES.filter((example) => !example.name.startsWith('optml/estimator'))) {
  test(`the example of ${name} runs`, (t) => {
    const dir = makeProject(t);
    const file = join(dir, 'example.mjs');
    writeFileSync(file, transformSync(code, { loader: 'ts' }).code);
    execFileSync(process.execPath, [file], { cwd: dir, stdio: 'pipe', timeout: 30_000 });
  });
}
