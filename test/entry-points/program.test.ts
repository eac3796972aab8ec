import assert from 'node:assert/strict';
import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeJob, runJob, startTrain } from '../support/job.ts';

const SAYS_ITS_NAME = '#!/bin/sh\necho "ran $0"\n';

test('the variable SAGEMAKER_PROGRAM wins over the hyperparameter for the program (C20)', async (t) => {
  const files = { 'code/a.sh': SAYS_ITS_NAME, 'code/b.sh': SAYS_ITS_NAME };
  const result = await runJob(t, { program: 'a.sh', files }, { SAGEMAKER_PROGRAM: 'b.sh' });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, 'ran ./b.sh\n');
});

test('the hyperparameter names the program where the variable is unset or empty (C20)', async (t) => {
  const files = { 'code/a.sh': SAYS_ITS_NAME };
  const result = await runJob(t, { program: '"a.sh"', files }, { SAGEMAKER_PROGRAM: '' });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, 'ran ./a.sh\n');
});

test('no program at all is an error that says where to give it and what is there (C20)', async (t) => {
  const result = await runJob(t, { files: { 'code/train.ts': '' } });
  assert.equal(result.code, 1);
  assert.equal(result.isSuccess, false);
  assert.match(result.failure ?? '', /^UserError PROGRAM_MISSING: no entry point was given\n/);
  assert.match(result.failure ?? '', /^Fix: .* To run a program without train, name it in ContainerEntrypoint\.$/m);
  assert.match(result.failure ?? '', /SAGEMAKER_PROGRAM and hyperparameter sagemaker_program are both unset/);
  assert.match(result.failure ?? '', /ENV SAGEMAKER_PROGRAM=train\.ts.*holds train\.ts/);
});

test('no program and no source is an error that tells to copy the source', async (t) => {
  const result = await runJob(t, {});
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /code is empty: copy the source there, or give its location in SAGEMAKER_SUBMIT_DIRECTORY/,
  );
});

test('a program that does not exist is an error with the nearest name', async (t) => {
  const result = await runJob(t, {
    program: 'src/tarin.py',
    files: { 'code/src/train.py': '', 'code/src/other.py': '' },
  });
  assert.equal(result.code, 1);
  assert.match(result.failure ?? '', /PROGRAM_NOT_FOUND: the entry point "src\/tarin\.py" does not exist in .*\/code/);
  assert.match(result.failure ?? '', /Fix: Did you mean "src\/train\.py"\?/);
});

test('a program that resembles nothing is an error with what the code directory holds', async (t) => {
  const result = await runJob(t, { program: 'zzz', files: { 'code/train.py': '' } });
  assert.match(result.failure ?? '', /PROGRAM_NOT_FOUND.*\n.*\n.*holds train\.py/);
});

for (const program of ['../outside.sh', 'sub/../../outside.sh', '..']) {
  test(`a relative program outside the code directory is refused: ${program}`, async (t) => {
    const result = await runJob(t, { program, files: { 'outside.sh': SAYS_ITS_NAME, 'code/x': '' } });
    assert.equal(result.code, 1);
    assert.equal(result.stdout, '');
    assert.match(result.failure ?? '', /PROGRAM_OUTSIDE_CODE: the entry point ".*" lies outside the code directory/);
    assert.match(result.failure ?? '', /Fix: Put the program into .*\/code, or give its absolute path\./);
  });
}

test('an absolute program outside the code directory runs from its path, in code/ with its requirements (C20)', async (t) => {
  const files = {
    'prog/train.py': 'import os, sys\nprint(sys.argv[0], os.getcwd(), os.environ["SM_MODULE_NAME"])\n',
    'code/requirements.txt': '# none\n',
    // A package in `code/` has nothing to do with a program elsewhere.
    'code/setup.py': 'raise SystemExit("setup.py runs")\n',
  };
  const base = makeJob(t, { files });
  const program = join(base, 'prog', 'train.py');
  const result = await startTrain(t, base, { SAGEMAKER_PROGRAM: program }).ended;
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, `${program} ${join(base, 'code')} ${join(base, 'prog', 'train')}\n`);
  assert.match(result.stderr, /requirements\.txt with pip/);
});

test('the mode of a command outside the code directory stays', async (t) => {
  const base = makeJob(t, { files: { 'prog/train': '#!/bin/sh\necho "ran $0"\n', 'code/x': '' } });
  const program = join(base, 'prog', 'train');
  chmodSync(program, 0o744);
  const result = await startTrain(t, base, { SAGEMAKER_PROGRAM: program }).ended;
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, `ran ${program}\n`);
  assert.equal(statSync(program).mode & 0o777, 0o744);
});

test('a Node program and an npm package outside the code directory run (C20)', async (t) => {
  const files = { 'prog/a.mjs': 'console.log("ran")', 'pkg/package.json': '{}', 'pkg/index.js': 'console.log("ran")' };
  const base = makeJob(t, { files: { ...files, 'code/x': '' } });
  for (const name of ['prog/a.mjs', 'pkg']) {
    const result = await startTrain(t, base, { SAGEMAKER_PROGRAM: join(base, name) }).ended;
    assert.equal(result.stdout, 'ran\n', result.stderr);
  }
});

test('a program outside the code directory that does not exist is an error with the nearest name', async (t) => {
  const base = makeJob(t, { files: { 'prog/train.py': '', 'code/x': '' } });
  const result = await startTrain(t, base, { SAGEMAKER_PROGRAM: join(base, 'prog', 'tarin.py') }).ended;
  assert.equal(result.code, 1);
  assert.ok(result.stderr.includes(`Did you mean "${join(base, 'prog', 'train.py')}"?`), result.stderr);
});

test('an absolute program inside the code directory is accepted', async (t) => {
  const base = makeJob(t, { files: { 'code/sub/train.sh': SAYS_ITS_NAME } });
  const result = await startTrain(t, base, { SAGEMAKER_PROGRAM: join(base, 'code', 'sub', 'train.sh') }).ended;
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, 'ran ./sub/train.sh\n');
});

test('a program with ./ in front, and one whose name starts with two dots, lie inside', async (t) => {
  const files = { 'code/train.sh': SAYS_ITS_NAME, 'code/..hidden.sh': SAYS_ITS_NAME };
  assert.equal((await runJob(t, { program: './train.sh', files })).stdout, 'ran ./train.sh\n');
  assert.equal((await runJob(t, { program: '..hidden.sh', files })).stdout, 'ran ./..hidden.sh\n');
});

test('a folder without a package.json is no program', async (t) => {
  const result = await runJob(t, { program: 'sub', files: { 'code/sub/x.js': '' } });
  assert.equal(result.code, 1);
  assert.match(result.failure ?? '', /PROGRAM_INVALID: the entry point "sub" is a folder without a package\.json/);
});
