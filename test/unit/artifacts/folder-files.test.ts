import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listFiles, readState } from '../../../src/artifacts/folder-files.ts';
import { writeFiles } from '../../support/fakes.ts';
import { temporaryFolder } from '../../support/job.ts';

async function paths(dir: string): Promise<readonly string[]> {
  return [...(await listFiles(dir)).files.keys()].sort();
}

test('files of all folders are listed by their path below the folder, hidden and empty ones too', async (t) => {
  const dir = temporaryFolder(t);
  writeFiles(dir, { 'a.txt': 'a', 'x/y/z/deep': 'd', '.hidden': '', 'odd #?%é ': 'o' });
  mkdirSync(join(dir, 'empty'));
  assert.deepEqual(await paths(dir), ['.hidden', 'a.txt', 'odd #?%é ', 'x/y/z/deep']);
});

test('more files than are looked at in one go are all listed', async (t) => {
  const dir = temporaryFolder(t);
  for (let i = 0; i < 100; i++) writeFileSync(join(dir, `${i}`), '');
  assert.equal((await listFiles(dir)).files.size, 100);
});

test('a link to a file is that file, a link to a folder is not followed, nor one that leads nowhere or in circles', async (t) => {
  const dir = temporaryFolder(t);
  writeFiles(dir, { 'folder/file': 'content' });
  symlinkSync('folder/file', join(dir, 'latest'));
  symlinkSync('..', join(dir, 'folder', 'up'));
  symlinkSync('missing', join(dir, 'dangling'));
  symlinkSync('circle', join(dir, 'circle'));
  const { files, problems } = await listFiles(dir);
  assert.deepEqual([...files.keys()].sort(), ['folder/file', 'latest']);
  assert.equal(files.get('latest')?.stamp, files.get('folder/file')?.stamp);
  assert.equal(problems.size, 0);
});

test('FIFOs, what is unfinished and what the reference leaves behind do not count', async (t) => {
  const dir = temporaryFolder(t);
  execFileSync('mkfifo', [join(dir, 'fifo')]);
  writeFiles(dir, { 'model.tar.gz.optml-partial-17': 'half', '.tmp.sagemaker_s3_sync/1.a': 'copy', a: '' });
  assert.deepEqual(await paths(dir), ['a']);
});

test('a folder that is not there is empty', async (t) => {
  const { files, problems } = await listFiles(join(temporaryFolder(t), 'missing'));
  assert.deepEqual([files.size, problems.size], [0, 0]);
});

test('a name that is not UTF-8 is reported, of a file and of a folder', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(Buffer.concat([Buffer.from(`${dir}/a`), Buffer.from([0xff])]), '');
  mkdirSync(Buffer.concat([Buffer.from(`${dir}/b`), Buffer.from([0xfe])]));
  const { files, problems } = await listFiles(dir);
  assert.equal(files.size, 0);
  assert.deepEqual(
    [...problems].sort(),
    ['a\uFFFD', 'b\uFFFD/'].map((path) => [path, 'its name is not UTF-8, which names in S3 are']),
  );
});

test('a file that cannot be looked at is reported', async (t) => {
  const dir = temporaryFolder(t);
  // Root may look at everything; a name that is too long stops it too.
  symlinkSync('x'.repeat(300), join(dir, 'link'));
  const { problems } = await listFiles(dir);
  assert.match(problems.get('link') ?? '', /ENAMETOOLONG/);
});

test('each change makes a new state: written, written with the old time and size, replaced, renamed, linked', async (t) => {
  const dir = temporaryFolder(t);
  const file = join(dir, 'file');
  const seen = new Set<string>();
  const look = async (path = file) => {
    seen.add((await readState(path))?.stamp ?? 'gone');
    // The clock of a file system ticks in milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  writeFileSync(file, 'one');
  utimesSync(file, 1, 1);
  await look();
  appendFileSync(file, 'more');
  await look();
  writeFileSync(file, 'two');
  utimesSync(file, 1, 1);
  await look();
  writeFileSync(`${file}.new`, 'two');
  utimesSync(`${file}.new`, 1, 1);
  renameSync(`${file}.new`, file);
  await look();
  linkSync(file, join(dir, 'linked'));
  await look(join(dir, 'linked'));
  renameSync(file, join(dir, 'renamed'));
  await look(join(dir, 'renamed'));
  rmSync(join(dir, 'renamed'));
  await look(join(dir, 'renamed'));
  assert.equal(seen.size, 7);
});

test('the state of a folder is none', async (t) => {
  assert.equal(await readState(temporaryFolder(t)), undefined);
});
