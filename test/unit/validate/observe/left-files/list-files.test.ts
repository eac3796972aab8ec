import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { JobFolder } from '../../../../../src/job-tree/job-folder.ts';
import { listFiles } from '../../../../../src/validate/observe/left-files/list-files.ts';
import { temporaryFolder } from '../../../../support/job.ts';

/** A host's `/opt/ml`, and what is listed of it. */
function makeMl(t: TestContext) {
  const dir = temporaryFolder(t);
  for (const name of ['input', 'model', 'output']) mkdirSync(join(dir, name));
  const list = async (signal = new AbortController().signal) => {
    const ml = JobFolder.open(dir);
    try {
      return await listFiles(ml, { isHashed: true, signal });
    } finally {
      ml.close();
    }
  };
  return { dir, list };
}

test('links, FIFOs and sparse files are listed as they are, and none is opened', async (t) => {
  const { dir, list } = makeMl(t);
  writeFileSync(join(dir, 'input', 'data'), 'x');
  writeFileSync(join(dir, 'model', 'a'), 'abc');
  writeFileSync(join(dir, 'model', 'sparse'), '');
  truncateSync(join(dir, 'model', 'sparse'), 1e12);
  symlinkSync('.', join(dir, 'model', 'loop'));
  symlinkSync('/etc', join(dir, 'checkpoints'));
  spawnSync('mkfifo', [join(dir, 'output', 'failure')]);
  const { files, unseen, diskBytes } = await list();
  assert.deepEqual(
    files.map(({ path, kind, target, sha256 }) => [path, kind, target ?? sha256?.slice(0, 8)]),
    [
      ['checkpoints', 'link', '/etc'],
      ['model', 'folder', undefined],
      ['model/a', 'file', 'ba7816bf'],
      ['model/loop', 'link', '.'],
      ['model/sparse', 'file', undefined],
      ['output', 'folder', undefined],
      ['output/failure', 'other', undefined],
    ],
  );
  assert.deepEqual(unseen, []);
  assert.ok(diskBytes < 1e6, `${diskBytes}`);
});

test('a folder that cannot be read is named, and does not hide the others', async (t) => {
  if (process.geteuid?.() === 0) return t.skip('SKIPPED: root reads every folder');
  const { dir, list } = makeMl(t);
  writeFileSync(join(dir, 'output', 'a'), '');
  chmodSync(join(dir, 'model'), 0);
  const { files, unseen } = await list();
  chmodSync(join(dir, 'model'), 0o700);
  assert.ok(files.some(({ path }) => path === 'output/a'));
  assert.deepEqual(unseen, [{ path: 'model', why: 'EACCES: permission denied' }]);
});

test('many files of one folder do not hide those of another, and are named', async (t) => {
  const { dir, list } = makeMl(t);
  mkdirSync(join(dir, 'checkpoints'));
  for (let i = 0; i < 5001; i++) writeFileSync(join(dir, 'checkpoints', String(i)), '');
  writeFileSync(join(dir, 'model', 'm'), '');
  const { files, unseen } = await list();
  assert.ok(files.some(({ path }) => path === 'model/m'));
  assert.deepEqual(unseen, [{ path: 'checkpoints', why: 'there are 5001 files in it' }]);
});

test('a folder that is replaced by a link meanwhile is not followed', async (t) => {
  const { dir, list } = makeMl(t);
  const outside = temporaryFolder(t);
  writeFileSync(join(outside, 'secret'), 'x');
  for (let i = 0; i < 200; i++) writeFileSync(join(dir, 'model', `a${i}`), 'x');
  mkdirSync(join(dir, 'model', 'sub'));
  // The listing has begun, and waits for the first sum.
  const listed = list();
  renameSync(join(dir, 'model', 'sub'), join(dir, 'moved'));
  symlinkSync(outside, join(dir, 'model', 'sub'));
  const { files } = await listed;
  assert.ok(!files.some(({ path }) => path.includes('secret')));
  assert.equal(files.find(({ path }) => path === 'model/sub')?.kind, 'link');
});

test('an abort ends the listing', async (t) => {
  const { dir, list } = makeMl(t);
  writeFileSync(join(dir, 'model', 'm'), 'x');
  await assert.rejects(list(AbortSignal.abort(new Error('enough'))), /enough/);
});
