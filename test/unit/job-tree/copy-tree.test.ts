import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { copyContent } from '../../../src/job-tree/copy/copy-content.ts';
import { copyTree } from '../../../src/job-tree/copy/copy-tree.ts';
import { JobFolder } from '../../../src/job-tree/job-folder.ts';
import { temporaryFolder } from '../../support/job.ts';

const signal = new AbortController().signal;

async function copy(t: TestContext, fill: (from: string) => void, given: AbortSignal = signal) {
  const dir = temporaryFolder(t);
  const [from, to] = [join(dir, 'from'), join(dir, 'to')];
  mkdirSync(from);
  fill(from);
  mkdirSync(to, { mode: 0o700 });
  const warnings: string[] = [];
  const [source, target] = [JobFolder.open(from), JobFolder.open(to)];
  const options = { signal: given, warn: (message: string) => void warnings.push(message), isDurable: false };
  await copyTree(source, target, options).finally(() => {
    source.close();
    target.close();
  });
  return { from, to, warnings };
}

test('a copy has the permissions but never set-uid, set-gid and sticky bits, the times, and links as links', async (t) => {
  const { from, to, warnings } = await copy(t, (dir) => {
    mkdirSync(join(dir, 'sub'));
    writeFileSync(join(dir, 'sub/run'), 'program');
    chmodSync(join(dir, 'sub/run'), 0o6755);
    utimesSync(join(dir, 'sub/run'), 1000, 2000);
    chmodSync(join(dir, 'sub'), 0o3750);
    utimesSync(join(dir, 'sub'), 3000, 4000);
    symlinkSync('/etc/passwd', join(dir, 'link'));
    chmodSync(dir, 0o3777);
  });
  assert.equal(readFileSync(join(to, 'sub/run'), 'utf8'), 'program');
  const modes = ['', 'sub', 'sub/run'].map((path) => (lstatSync(join(to, path)).mode & 0o7777).toString(8));
  assert.deepEqual(modes, ['777', '750', '755']);
  assert.deepEqual([statSync(join(to, 'sub/run')).mtimeMs, statSync(join(to, 'sub')).mtimeMs], [2_000_000, 4_000_000]);
  assert.equal(readlinkSync(join(to, 'link')), '/etc/passwd');
  assert.deepEqual(readdirSync(to).sort(), readdirSync(from).sort());
  assert.deepEqual(warnings, []);
});

test('what is no file, folder or link is left out with a warning', async (t) => {
  const { from, to, warnings } = await copy(t, (dir) => void execFileSync('mkfifo', [join(dir, 'pipe\u001b')]));
  assert.deepEqual(readdirSync(to), []);
  assert.deepEqual(warnings, [`${from}/pipe\\x1b is no file, folder or link, and is left out`]);
});

test('a tree with more levels than folders may be open is copied, with the permissions of each', async (t) => {
  const path = 'd/'.repeat(200);
  const { to } = await copy(t, (dir) => {
    mkdirSync(join(dir, path), { recursive: true });
    writeFileSync(join(dir, path, 'file'), 'deep');
    for (let level = 199; level > 0; level--) chmodSync(join(dir, 'd/'.repeat(level)), 0o711);
  });
  assert.equal(readFileSync(join(to, path, 'file'), 'utf8'), 'deep');
  assert.equal(statSync(join(to, 'd/d/d')).mode & 0o777, 0o711);
});

// As files of some FUSE file systems: this one of the kernel has data, and no blocks.
const WITHOUT_BLOCKS = '/sys/kernel/btf/vmlinux';

test('a file without blocks is copied with its content', {
  skip: !existsSync(WITHOUT_BLOCKS) && `${WITHOUT_BLOCKS} is missing`,
}, async (t) => {
  const { size, blocks } = statSync(WITHOUT_BLOCKS);
  assert.ok(blocks === 0 && size > 1 << 20);
  const file = join(temporaryFolder(t), 'copy');
  const [from, to] = [openSync(WITHOUT_BLOCKS, 'r'), openSync(file, 'wx+')];
  await copyContent(from, to, signal).finally(() => [from, to].forEach(closeSync));
  assert.ok(readFileSync(file).equals(readFileSync(WITHOUT_BLOCKS)));
});

test('holes stay holes, at the end of a file too', async (t) => {
  const bytes = 300 << 20;
  const { to } = await copy(t, (dir) => {
    const file = openSync(join(dir, 'sparse'), 'w');
    writeSync(file, 'start', 0);
    writeSync(file, 'middle', 20 << 20);
    ftruncateSync(file, bytes);
    closeSync(file);
  });
  const { size, blocks } = statSync(join(to, 'sparse'));
  assert.equal(size, bytes);
  assert.ok(blocks * 512 < 1 << 20, `${blocks} blocks`);
  const content = readFileSync(join(to, 'sparse'));
  assert.equal(content.toString('latin1', 0, 5), 'start');
  assert.equal(content.toString('latin1', 20 << 20, (20 << 20) + 6), 'middle');
});

test('aborting ends the copy of a large file', async (t) => {
  const controller = new AbortController();
  const fill = (dir: string) => {
    const file = openSync(join(dir, 'large'), 'w');
    writeSync(file, 'x');
    ftruncateSync(file, 1 << 40);
    closeSync(file);
    setImmediate(() => controller.abort(new Error('ended')));
  };
  await assert.rejects(copy(t, fill, controller.signal), /^Error: ended$/);
});

test('the file that was opened is copied, whatever takes its place', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'secret'), 'secret');
  writeFileSync(join(dir, 'file'), 'x'.repeat(1 << 20));
  const folder = JobFolder.open(dir);
  const [from, to] = [folder.openFile('file'), folder.createFile('copy')];
  const copying = copyContent(from, to, signal);
  renameSync(join(dir, 'file'), join(dir, 'moved'));
  symlinkSync('secret', join(dir, 'file'));
  await copying;
  for (const descriptor of [from, to]) closeSync(descriptor);
  assert.throws(() => folder.openFile('file'), { code: 'ELOOP' });
  folder.close();
  assert.equal(readFileSync(join(dir, 'copy'), 'utf8'), 'x'.repeat(1 << 20));
  assert.ok(existsSync(join(dir, 'secret')));
});
