// Each function, class and constant that the package exports has an example in its comment. The examples compile, run, and
// print what they say.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { before, describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { denseTensorRecords } from '../../src/algorithm/data/recordio/index.ts';
import { examplesIn, exportsOf, printedLines } from '../support/commented-exports.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';

const run = promisify(execFile);
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Examples that are compiled only, with the reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'estimator/estimator.ts Estimator': 'it needs a container engine and an image',
  'estimator/presets/pytorch.ts PyTorch': 'it needs a container engine and an image',
  'estimator/presets/scikit-learn.ts ScikitLearn': 'it needs a container engine and an image',
  'estimator/presets/tensorflow-js.ts TensorFlowJs': 'it needs a container engine and an image',
  'estimator/presets/xgboost.ts XGBoost': 'it needs a container engine and an image',
  'estimator/training-job.ts TrainingJob': 'it needs a job on SageMaker',
};

/** Files that each example finds in its working directory. A script that is started by hand reads channels there. */
const FILES: Readonly<Record<string, string | Buffer>> = {
  'ml/input/data/training/data.csv': 'x,y\n0,1\n1,3\n2,5\n',
  'train/rows': '1,2,3\n0,4,5\n',
  'sparse/rows': '1 0:2 9:3\n',
  'train.rec': Buffer.concat([
    ...denseTensorRecords({ rows: 2, columns: 1, values: Float32Array.of(1, 2) }, Float32Array.of(0, 1)),
  ]),
};

const entries = Object.entries(manifest.exports as Readonly<Record<string, { readonly 'optml-source'?: string }>>)
  .flatMap(([entry, { 'optml-source': source }]) => (source === undefined ? [] : [[entry, source] as const]))
  .map(([entry, source]) => ({ entry, exported: exportsOf(join(ROOT, source)) }));

/** Each example once, although two entries may export the same name. */
const EXAMPLES = new Map(
  entries.flatMap(({ exported }) =>
    exported.flatMap(({ name, file, comment }) =>
      examplesIn(comment).map((code, index) => {
        const title = `${relative(join(ROOT, 'src'), file)} ${name}${index === 0 ? '' : ` ${index + 1}`}`;
        return [title, { code, fileName: `${title.replaceAll(/\W/g, '-')}.mts` }] as const;
      }),
    ),
  ),
);

for (const { entry, exported } of entries) {
  test(`each export of ${join('optml', entry)} has an example`, () => {
    assert.ok(exported.length > 0);
    assert.deepEqual(
      exported.filter(({ comment, isType }) => !isType && examplesIn(comment).length === 0).map(({ name }) => name),
      [],
    );
  });
}

test('the examples that are compiled only exist', () => {
  assert.deepEqual(
    Object.keys(NOT_RUN).filter((title) => !EXAMPLES.has(title)),
    [],
  );
});

let dir = '';

before((t) => {
  dir = temporaryFolder(t as TestContext);
  mkdirSync(join(dir, 'node_modules'));
  symlinkSync(ROOT, join(dir, 'node_modules', 'optml'));
  for (const used of ['zod', '@types', '@standard-schema', 'undici-types']) {
    symlinkSync(join(ROOT, 'node_modules', used), join(dir, 'node_modules', used));
  }
  for (const { code, fileName } of EXAMPLES.values()) writeFileSync(join(dir, fileName), code);
});

describe('examples in comments', { concurrency: 4 }, () => {
  test('they compile with strict types', () => {
    const compilerOptions = { module: 'NodeNext', target: 'ES2023', strict: true, noEmit: true, types: ['node'] };
    const config = { compilerOptions, include: ['*.mts'] };
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: dir, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });

  for (const [title, { code, fileName }] of EXAMPLES) {
    if (Object.hasOwn(NOT_RUN, title)) continue;
    test(`${title} runs, and prints what its comments say`, async () => {
      const cwd = join(dir, fileName.replace('.mts', ''));
      for (const [path, content] of Object.entries(FILES)) {
        mkdirSync(dirname(join(cwd, path)), { recursive: true });
        writeFileSync(join(cwd, path), content);
      }
      // In Node 20 only a loader would run TypeScript, which takes longer to start than the example.
      const { code: javaScript } = await transform(code, { loader: 'ts', format: 'esm' });
      writeFileSync(join(cwd, 'example.mjs'), javaScript);
      const env = { PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`, HOME: cwd };
      const { stdout } = await run(process.execPath, ['example.mjs'], { cwd, env, timeout: 60_000 });
      const lines = stdout.split('\n');
      const missing = printedLines(code).filter((line) => !lines.includes(line));
      assert.deepEqual(missing, [], stdout);
    });
  }
});
