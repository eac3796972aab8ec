import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { listTree } from '../../../src/estimator/upload/local-tree.ts';
import { checkKey } from '../../../src/estimator/upload/object-keys.ts';
import { temporaryFolder } from '../../support/job.ts';

const { signal } = new AbortController();

function makeFolder(t: TestContext): string {
  const dir = join(temporaryFolder(t), 'data');
  mkdirSync(join(dir, 'sub'), { recursive: true });
  writeFileSync(join(dir, 'sub/file'), 'content');
  return dir;
}

async function list(path: string) {
  const warnings: string[] = [];
  const location = { kind: 'tree', path, name: 'train' } as const;
  const files = await listTree(location, { signal, warn: (line) => warnings.push(line) });
  return { paths: files.map((file) => file.path).sort(), warnings };
}

test('hidden and empty files are a part of a tree; a FIFO and a link to nothing are named and left out', async (t) => {
  const dir = makeFolder(t);
  writeFileSync(join(dir, '.hidden'), '');
  symlinkSync('nothing', join(dir, 'dangling'));
  const socket = createServer().listen(join(dir, 'socket'));
  t.after(() => socket.close());
  const { paths, warnings } = await list(dir);
  assert.deepEqual(paths, ['.hidden', 'sub/file']);
  assert.deepEqual(warnings.sort(), [
    'dangling is a link that leads nowhere: not uploaded',
    'socket is a socket: not uploaded',
  ]);
});

test('links inside of a folder are followed, and one in a circle ends', async (t) => {
  const dir = makeFolder(t);
  symlinkSync('sub/file', join(dir, 'link'));
  symlinkSync('sub', join(dir, 'again'));
  symlinkSync('..', join(dir, 'sub/up'));
  assert.deepEqual((await list(dir)).paths, ['again/file', 'link', 'sub/file']);
});

test('a folder that is named by a link is that folder', async (t) => {
  const dir = makeFolder(t);
  symlinkSync(dir, `${dir}-link`);
  assert.deepEqual((await list(`${dir}-link`)).paths, ['sub/file']);
});

test('a link that leads out of the folder is an error that names it', async (t) => {
  const dir = makeFolder(t);
  symlinkSync('/etc/passwd', join(dir, 'sub/out'));
  await assert.rejects(list(dir), {
    code: 'CHANNEL_INVALID',
    message: `channel "train": the link sub/out leads out of ${dir}, to /etc/passwd`,
    fix: 'Put a copy in the place of the link, or leave the link out.',
  });
});

test('links to folders that double with each level are an error', async (t) => {
  const dir = temporaryFolder(t);
  const levels = 24;
  for (let level = 0; level < levels; level++) mkdirSync(join(dir, `d${level}`));
  for (let level = 1; level < levels; level++) {
    for (const name of ['a', 'b']) symlinkSync(`../d${level}`, join(dir, `d${level - 1}`, name));
  }
  writeFileSync(join(dir, `d${levels - 1}`, 'file'), '');
  await assert.rejects(list(dir), {
    code: 'CHANNEL_INVALID',
    message: /^channel "train": more than 1000 links lead to the folder /,
  });
});

test('a folder without a file, and a path where nothing is, are errors', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'empty'));
  await assert.rejects(list(dir), { code: 'CHANNEL_INVALID', message: `channel "train": ${dir} contains no file` });
  await assert.rejects(list(join(dir, 'none')), { message: `channel "train": ${dir}/none does not exist` });
});

test('a name that is not UTF-8 is an error that shows its bytes', async (t) => {
  const dir = makeFolder(t);
  writeFileSync(Buffer.concat([Buffer.from(join(dir, 'caf')), Buffer.from([0xe9])]), '');
  await assert.rejects(list(dir), {
    code: 'CHANNEL_INVALID',
    message: 'channel "train": the name of caf\\xe9 is not UTF-8, and S3 takes no other names',
  });
});

const KEYS = [
  ['a\nb', 'channel "train": a\\x0ab cannot be an object in S3: its name contains a control character'],
  ['a\u0007', 'channel "train": a\\x07 cannot be an object in S3: its name contains a control character'],
  ['a\uffff', /cannot be an object in S3: its name contains a control character$/],
  ['../a', 'channel "train": ../a cannot be an object in S3: its path has an empty part, "." or ".."'],
  [`${'é'.repeat(510)}`, /its key would have 1025 bytes, and S3 takes 1024$/],
] as const;

for (const [path, message] of KEYS) {
  test(`a file that S3 takes no key for is refused by its name: ${JSON.stringify(path.slice(0, 9))}`, () => {
    const location = { kind: 'tree', path: '/data', name: 'train' } as const;
    assert.throws(() => checkKey(location, 'jobs/', path), { code: 'CHANNEL_INVALID', message });
  });
}
