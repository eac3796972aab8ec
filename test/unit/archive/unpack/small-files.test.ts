// Two threads write small files; the other one is the built one: `npm run build` first.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SmallFiles } from '../../../../src/archive/unpack/small-files.ts';
import { temporaryFolder } from '../../../support/job.ts';

const MANY = 5000;

function open(t: TestContext, around: (path: Buffer, write: () => void) => void = (_, write) => write()): SmallFiles {
  const files = new SmallFiles(around);
  t.after(() => files.close());
  return files;
}

const contentOf = (number: number) => `content ${number} `.repeat(number % 50);

function add(files: SmallFiles, path: string, content: string): void {
  const bytes = Buffer.from(content);
  const writer = files.add({ path: Buffer.from(path), mode: 0o640, time: new Date(1e12), bytes: bytes.length });
  const half = Math.floor(bytes.length / 2);
  writer.write(bytes.subarray(0, half));
  writer.write(bytes.subarray(half));
  writer.finish();
}

test('each of many files has its own content, permissions and time', (t) => {
  const dir = temporaryFolder(t);
  let own = 0;
  const files = open(t, (_, write) => {
    own++;
    write();
  });
  // As many as it takes until the other thread is up and writes some: on a busy machine that is late.
  let count = 0;
  const end = performance.now() + 30_000;
  while (own === count && performance.now() < end) {
    for (let i = 0; i < MANY; i++, count++) add(files, join(dir, String(count)), contentOf(count));
    files.finish();
  }
  assert.equal(readdirSync(dir).length, count);
  for (let i = 0; i < count; i++) {
    const path = join(dir, String(i));
    assert.equal(readFileSync(path, 'utf8'), contentOf(i));
    const { mode, mtimeMs } = statSync(path);
    assert.deepEqual([mode & 0o777, mtimeMs], [0o640, 1e12]);
  }
  assert.ok(own < count, 'the other thread has written none');
});

test('what has been added is there after each finish, and more can follow', (t) => {
  const dir = temporaryFolder(t);
  const files = open(t);
  for (const name of ['a', 'b']) {
    add(files, join(dir, name), name);
    files.finish();
    assert.equal(readFileSync(join(dir, name), 'utf8'), name);
  }
});

test('holes are where they were, and where whole blocks are zero', (t) => {
  const path = join(temporaryFolder(t), 'sparse');
  const files = open(t);
  const writer = files.add({ path: Buffer.from(path), mode: 0o600, time: undefined, bytes: 50_003 });
  writer.skip(49_999);
  writer.write(Buffer.from('tail'));
  writer.finish();
  files.finish();
  const expected = Buffer.concat([Buffer.alloc(49_999), Buffer.from('tail')]);
  assert.deepEqual(readFileSync(path), expected);
  assert.ok(statSync(path).blocks * 512 < 20_000, `${statSync(path).blocks} blocks`);
});

test('a file that cannot be written is reported by its own error, whichever thread met it, and is not there by half', (t) => {
  const dir = temporaryFolder(t);
  const told: string[] = [];
  const files = open(t, (path, write) => {
    try {
      write();
    } catch (error) {
      told.push(path.toString());
      throw error;
    }
  });
  const addAll = () => {
    for (let i = 0; i < MANY; i++) add(files, join(dir, i === 3000 ? 'missing/file' : String(i)), 'content');
    files.finish();
  };
  assert.throws(addAll, { code: 'ENOENT' });
  files.close();
  assert.deepEqual(told, [join(dir, 'missing/file')]);
});
