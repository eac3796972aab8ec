import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const HOOKS = ['dist/node-hooks/import-optml.js', 'node_modules/tsx/dist/loader.mjs'];

function copyExample(t: TestContext): string {
  const dir = join(temporaryFolder(t), 'own-algorithm');
  cpSync(join(ROOT, 'examples', 'own-algorithm'), dir, { recursive: true });
  return dir;
}

function runJob(t: TestContext, dir: string, ...options: readonly string[]) {
  const words = [
    process.execPath,
    join(ROOT, 'dist/bin/optml.cjs'),
    'run',
    'job.json',
    '--engine',
    'process',
    ...options,
  ];
  return runWords(t, words, { variables: { ...process.env, OPTML_HOME: join(dir, 'home') }, cwd: dir });
}

test('the specification of the example is that of its declaration', async (t) => {
  const dir = copyExample(t);
  const specification = () => JSON.parse(readFileSync(join(dir, 'algorithm.json'), 'utf8'));
  const before = specification();
  writeFileSync(join(dir, 'algorithm.json'), '');
  const hooks = HOOKS.flatMap((file) => ['--import', `file://${join(ROOT, file)}`]);
  const { code, stderr } = await runWords(t, [process.execPath, ...hooks, join(dir, 'src/specification.ts')]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(specification(), before);
});

test('the example trains, and reports its metric', async (t) => {
  const { code, stdout, stderr } = await runJob(t, copyExample(t));
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout + stderr, /^.*train:mse=[0-9.e-]+;$/m);
  assert.match(stderr, /^ +metrics +train:mse=/m);
});

test('a job with mistakes is refused before it starts, with all of them', async (t) => {
  const { code, stdout, stderr } = await runJob(t, copyExample(t), '--hp', 'epochs=0', '--hp', 'lerning_rate=1');
  assert.equal(code, 2, stdout + stderr);
  assert.match(stderr, /HyperParameters\.epochs\): expected an integer from 1 to 100000, got "0"/);
  assert.match(stderr, /HyperParameters\.lerning_rate\): is unknown: did you mean learning_rate\?/);
});

test('a mistake in the data fails the job with its place as ClientError, without a stack', async (t) => {
  const dir = copyExample(t);
  writeFileSync(join(dir, 'data', 'rows.csv'), 'label,feature\n3,1\n');
  const { code, stdout, stderr } = await runJob(t, dir);
  assert.equal(code, 1, stdout + stderr);
  const output = stdout + stderr;
  assert.match(output, /reason {3}ClientError: expected a number, got "label"/);
  assert.match(output, /Where: channel train, rows\.csv, line 1, column 1/);
  assert.doesNotMatch(output, /^\s+at |ExecuteUserScriptError/m);
});
