import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJob } from '../support/job.ts';

const SAY = 'console.log(require("node:path").relative(process.cwd(), __filename), process.argv.slice(2).join(" "));';

const PACKAGES: ReadonlyArray<readonly [string, string, object, string]> = [
  ['bin as text', '.', { bin: './cli.js', main: 'other.js' }, 'cli.js'],
  ['bin of its own name', '.', { name: '@me/app', bin: { first: 'other.js', app: 'bin/cli.js' } }, 'bin/cli.js'],
  ['the first bin', '.', { name: 'app', bin: { first: 'cli.js', second: 'other.js' } }, 'cli.js'],
  ['main', '.', { main: 'lib/main.js' }, 'lib/main.js'],
  ['main without its ending', '.', { main: './lib/main' }, 'lib/main.js'],
  ['main that is a folder', '.', { main: 'lib' }, 'lib/index.js'],
  ['index.js', '.', {}, 'index.js'],
  ['members that are null', '.', { name: null, bin: null }, 'index.js'],
  ['a folder with main', 'packages/app', { main: 'run.js' }, 'packages/app/run.js'],
  ['a folder with a slash at its end', 'packages/app/', { bin: 'run.js' }, 'packages/app/run.js'],
];

for (const [what, program, manifest, script] of PACKAGES) {
  test(`an npm package runs its script: ${what}`, async (t) => {
    const folder = program === '.' ? 'code' : 'code/packages/app';
    const files = { [`${folder}/package.json`]: JSON.stringify(manifest), [`code/${script}`]: SAY };
    const result = await runJob(t, { program, hyperparameters: { a: '1' }, files });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, `${script} -a 1\n`);
  });
}

test('an npm package whose main is TypeScript runs through tsx', async (t) => {
  const files = {
    'code/package.json': '{"main": "src/train.ts", "type": "module"}',
    'code/src/train.ts': 'enum A { B = 7 }\nconsole.log(A.B);',
  };
  assert.equal((await runJob(t, { program: '.', files })).stdout, '7\n');
});

test('an npm package whose script does not exist is a clear error', async (t) => {
  const result = await runJob(t, { program: '.', files: { 'code/package.json': '{"main": "dist/main.js"}' } });
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /PROGRAM_INVALID: the script "dist\/main\.js" of the package in .*\/code does not exist\n/,
  );
  assert.match(result.failure ?? '', /Fix: Build the package first, or correct "bin" or "main"/);
});

test('an npm package that names no script is a clear error', async (t) => {
  const result = await runJob(t, { program: '.', files: { 'code/package.json': '{}' } });
  assert.match(
    result.failure ?? '',
    /PROGRAM_INVALID: the package in .*\/code names no script: its package\.json has neither "bin" nor "main"/,
  );
});

test('a package.json that is no JSON is a clear error', async (t) => {
  const result = await runJob(t, { program: '.', files: { 'code/package.json': '{"main": ', 'code/index.js': '' } });
  assert.equal(result.code, 1);
  assert.match(result.failure ?? '', /^UserError PROGRAM_INVALID: .*package\.json cannot be used: .*JSON/);
});
