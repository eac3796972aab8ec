import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { writeFiles } from '../support/fakes.ts';
import { makeJob, startTrain, temporaryFolder } from '../support/job.ts';

const TRAIN_SH = '#!/bin/sh\necho "from $PWD: $(cat data.txt)"\n';

function makeSource(t: Parameters<typeof temporaryFolder>[0], files: Record<string, string> = {}): string {
  const dir = join(temporaryFolder(t), 'source');
  writeFiles(dir, { 'train.sh': TRAIN_SH, 'data.txt': 'source', ...files });
  return dir;
}

test('a source directory is copied into the empty code directory, modes kept (C21)', async (t) => {
  const source = makeSource(t, { 'sub/tool': 'x', '.hidden': 'y' });
  chmodSync(join(source, 'sub', 'tool'), 0o750);
  const base = makeJob(t, { program: 'train.sh', hyperparameters: { sagemaker_submit_directory: source } });
  const result = await startTrain(t, base).ended;
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, `from ${base}/code: source\n`);
  assert.equal(statSync(join(base, 'code/sub/tool')).mode & 0o777, 0o750);
  assert.deepEqual(readdirSync(join(base, 'code')).sort(), ['.hidden', 'data.txt', 'sub', 'train.sh']);
  assert.match(result.stderr, new RegExp(`The source copied from ${source}`));
});

test('the hyperparameter wins over the variable for the source directory (C21)', async (t) => {
  const fromParameter = makeSource(t, { 'data.txt': 'parameter' });
  const fromVariable = makeSource(t, { 'data.txt': 'variable' });
  const spec = { program: 'train.sh', hyperparameters: { sagemaker_submit_directory: fromParameter } };
  const both = await startTrain(t, makeJob(t, spec), { SAGEMAKER_SUBMIT_DIRECTORY: fromVariable }).ended;
  assert.match(both.stdout, /: parameter\n$/);
  const one = await startTrain(t, makeJob(t, { program: 'train.sh' }), { SAGEMAKER_SUBMIT_DIRECTORY: fromVariable })
    .ended;
  assert.match(one.stdout, /: variable\n$/);
});

test('a code directory with content, a hidden file even, keeps it: the source is not even looked at (C21)', async (t) => {
  const spec = { program: 'train.sh', hyperparameters: { sagemaker_submit_directory: '/does/not/exist' } };
  const result = await startTrain(t, makeJob(t, { ...spec, files: { 'code/.keep': '' } })).ended;
  assert.match(result.failure ?? '', /PROGRAM_NOT_FOUND/);
  const full = makeJob(t, { ...spec, files: { 'code/train.sh': TRAIN_SH, 'code/data.txt': 'baked' } });
  const kept = await startTrain(t, full).ended;
  assert.match(kept.stdout, /: baked\n$/);
  assert.ok(
    kept.stderr.includes(
      `The code directory ${full}/code already contains files: train does not copy the source location /does/not/exist\n`,
    ),
  );
});

test('what an interrupted start left behind is not content', async (t) => {
  const files = { 'code/.optml-partial-abc/train.sh': '#!/bin/sh\necho half\n' };
  const spec = { program: 'train.sh', hyperparameters: { sagemaker_submit_directory: makeSource(t) }, files };
  const base = makeJob(t, spec);
  const result = await startTrain(t, base).ended;
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /: source\n$/);
  assert.deepEqual(readdirSync(join(base, 'code')).sort(), ['data.txt', 'train.sh']);
});

test('links inside the source stay links, links that lead outside are followed, a dangling one is kept (C21)', async (t) => {
  const source = makeSource(t, { 'lib/tool.js': 'tool' });
  const outside = temporaryFolder(t);
  writeFiles(outside, { 'shared/deep/value.txt': 'outside', 'single.txt': 'one file' });
  mkdirSync(join(source, 'bin'));
  symlinkSync('../lib/tool.js', join(source, 'bin', 'tool'));
  symlinkSync(join(outside, 'shared'), join(source, 'shared'));
  symlinkSync(join(outside, 'single.txt'), join(source, 'single.txt'));
  symlinkSync('/does/not/exist', join(source, 'dangling'));
  symlinkSync(join(source, 'lib'), join(source, 'absolute'));
  // A link of the outside folder, whose neighbours lie elsewhere once it is copied.
  symlinkSync(`../../${source.split('/').at(-2)}/source/data.txt`, join(outside, 'shared', 'back.txt'));
  const base = makeJob(t, { program: 'train.sh', hyperparameters: { sagemaker_submit_directory: source } });
  const result = await startTrain(t, base).ended;
  assert.equal(result.code, 0, result.stderr);
  const code = join(base, 'code');
  assert.equal(readlinkSync(join(code, 'bin/tool')), '../lib/tool.js');
  assert.equal(lstatSync(join(code, 'shared')).isDirectory(), true);
  assert.equal(existsSync(join(code, 'shared/deep/value.txt')), true);
  assert.equal(lstatSync(join(code, 'single.txt')).isFile(), true);
  assert.equal(readlinkSync(join(code, 'dangling')), '/does/not/exist');
  assert.equal(existsSync(join(code, 'absolute/tool.js')), true);
  assert.equal(existsSync(join(code, 'shared/back.txt')), true, 'a link of the outside folder works after the copy');
});

test('links that lead back up end the copy', { timeout: 60_000 }, async (t) => {
  const source = makeSource(t);
  const outside = temporaryFolder(t);
  symlinkSync('.', join(source, 'self'));
  symlinkSync(source, join(source, 'whole'));
  symlinkSync(outside, join(source, 'away'));
  symlinkSync(source, join(outside, 'home'));
  const base = makeJob(t, { program: 'train.sh', hyperparameters: { sagemaker_submit_directory: source } });
  const result = await startTrain(t, base).ended;
  assert.equal(result.code, 0, result.stderr);
  assert.equal(readlinkSync(join(base, 'code/self')), '.');
});

test('a source that holds the job itself is copied without the job', { timeout: 60_000 }, async (t) => {
  const base = makeJob(t, { program: 'train.sh' });
  const source = dirname(base);
  writeFiles(source, { 'train.sh': TRAIN_SH, 'data.txt': 'around' });
  const result = await startTrain(t, base, { SAGEMAKER_SUBMIT_DIRECTORY: source }).ended;
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /: around\n$/);
  assert.deepEqual(readdirSync(join(base, 'code')).sort(), ['data.txt', 'train.sh']);
});

test('a source that holds the job under another name is copied without the job', { timeout: 60_000 }, async (t) => {
  const base = makeJob(t, { program: 'train.sh' });
  const source = dirname(base);
  writeFiles(source, { 'train.sh': TRAIN_SH, 'data.txt': 'around' });
  const alias = join(temporaryFolder(t), 'alias');
  symlinkSync(source, alias);
  const aliasBase = join(alias, 'ml');
  const result = await startTrain(t, base, { SAGEMAKER_BASE_DIR: aliasBase, SAGEMAKER_SUBMIT_DIRECTORY: alias }).ended;
  assert.equal(result.code, 0, result.stderr);
  assert.deepEqual(readdirSync(join(base, 'code')).sort(), ['data.txt', 'train.sh']);
});

test('the base directory itself as source is copied without the code directory', { timeout: 60_000 }, async (t) => {
  const base = makeJob(t, { program: 'train.sh', files: { 'train.sh': TRAIN_SH, 'data.txt': 'base' } });
  const result = await startTrain(t, base, { SAGEMAKER_SUBMIT_DIRECTORY: base }).ended;
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /: base\n$/);
  assert.equal(existsSync(join(base, 'code', 'code')), false);
});

test('a single file is copied, its name kept (C21)', async (t) => {
  const file = join(makeSource(t, { 'only me.sh': '#!/bin/sh\necho alone\n' }), 'only me.sh');
  const base = makeJob(t, { program: 'only me.sh', hyperparameters: { sagemaker_submit_directory: file } });
  const result = await startTrain(t, base).ended;
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, 'alone\n');
  assert.deepEqual(readdirSync(join(base, 'code')), ['only me.sh']);
});

for (const [what, toUri] of [
  ['a plain file:// URI', (path: string) => `file://${path}`],
  ['an encoded file:// URI', (path: string) => `file://${path.replaceAll(' ', '%20')}`],
  ['a file:// URI with localhost', (path: string) => `file://localhost${path}`],
] as const) {
  test(`a directory given as ${what} is copied`, async (t) => {
    const source = join(temporaryFolder(t), 'my source');
    writeFiles(source, { 'train.sh': TRAIN_SH, 'data.txt': 'uri' });
    const base = makeJob(t, { program: 'train.sh', hyperparameters: { sagemaker_submit_directory: toUri(source) } });
    const result = await startTrain(t, base).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /: uri\n$/);
  });
}

for (const [location, code, command] of [
  ['s3:///key/source.tar.gz', 'SOURCE_INVALID', /expected s3:\/\/BUCKET\/KEY/],
  ['https://example.com/source.tar.gz', 'SOURCE_INVALID', /scheme "https", which cannot be fetched/],
  ['/does/not/exist', 'SOURCE_NOT_FOUND', /source location \/does\/not\/exist does not exist/],
  ['file:///does/100%/exist', 'SOURCE_INVALID', /file:\/\/\/does\/100%\/exist/],
  ['file://other-host/source', 'SOURCE_INVALID', /file:\/\/other-host\/source/],
  ['/dev/null', 'SOURCE_INVALID', /neither a directory nor a file/],
] as const) {
  test(`a source that cannot be fetched is a clear error: ${location}`, async (t) => {
    const base = makeJob(t, { program: 'train.sh', hyperparameters: { sagemaker_submit_directory: location } });
    const result = await startTrain(t, base).ended;
    assert.equal(result.code, 1);
    assert.match(result.failure ?? '', new RegExp(`^UserError ${code}: `));
    assert.match(result.failure ?? '', command);
    assert.match(result.failure ?? '', /^Fix: /m);
    assert.deepEqual(readdirSync(join(base, 'code')), []);
  });
}
