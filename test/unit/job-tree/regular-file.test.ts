import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { openRegularFile, readRegularFile } from '../../../src/job-tree/input/regular-file.ts';
import { JobFolder } from '../../../src/job-tree/job-folder.ts';
import { temporaryFolder } from '../../support/job.ts';

const isLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;

test('a regular file is read up to the limit', (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, 'größe');
  assert.equal(readRegularFile(file, 7), 'größe');
  assert.equal(readRegularFile(file, 6), undefined);
});

test('a missing file, a folder, a link, a named pipe, a socket and a device are no regular files', async (t) => {
  const dir = temporaryFolder(t);
  const at = (name: string) => join(dir, name);
  writeFileSync(at('file'), 'text');
  mkdirSync(at('folder'));
  symlinkSync('file', at('link'));
  symlinkSync('loop', at('loop'));
  symlinkSync('/dev/zero', at('endless'));
  execFileSync('mkfifo', [at('pipe')]);
  const server = createServer().listen(at('socket'));
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  for (const name of ['missing', 'file/below', 'folder', 'link', 'loop', 'endless', 'pipe', 'socket']) {
    assert.equal(readRegularFile(at(name), 100), undefined, name);
  }
  assert.equal(readRegularFile('/dev/zero', 100), undefined);
});

test('no more is read than the size that the file has at first', { skip: !isLinux && 'needs /proc' }, () => {
  // A file with content and the size 0, as one that grows after its size was read.
  assert.equal(readRegularFile('/proc/version', 1 << 20), '');
});

test('a device is not opened: only looked at', {
  skip: !(isLinux && isRoot) && 'needs root on Linux, which makes devices',
}, (t) => {
  const device = join(temporaryFolder(t), 'device');
  // No driver has this number: opening it would fail with ENXIO or ENODEV.
  execFileSync('mknod', [device, 'c', '240', '77']);
  assert.throws(() => openSync(device, 'r'));
  const folder = JobFolder.open(dirname(device));
  t.after(() => folder.close());
  assert.equal(openRegularFile(device), undefined);
  for (const options of [{}, { followsLink: true }]) {
    assert.throws(() => folder.openFile('device', options), { code: 'EINVAL' });
  }
});

test('a named pipe is not opened: its writer waits on', {
  skip: !isLinux && 'macOS opens it',
  timeout: 10_000,
}, async (t) => {
  const pipe = join(temporaryFolder(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const writer = spawn('sh', ['-c', 'echo waits; echo text >"$0"', pipe], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => writer.kill('SIGKILL'));
  await once(writer.stdout, 'data');
  for (let count = 0; count < 1000; count++) assert.equal(openRegularFile(pipe), undefined);
  assert.equal(execFileSync('cat', [pipe], { encoding: 'utf8', timeout: 5000 }), 'text\n');
});
