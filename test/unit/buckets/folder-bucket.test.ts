import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import type { Bucket, Buckets, ListQuery } from '../../../src/buckets/buckets.ts';
import { openBuckets } from '../../../src/buckets/open-buckets.ts';
import { attributesOf, expectedList, get, listed, put } from '../../support/buckets/objects.ts';
import { randomOf } from '../../support/buckets/random.ts';
import { trials } from '../../support/trials.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'optml-folder-buckets-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));

let places = 0;

interface Opened {
  readonly bucket: Bucket;
  readonly buckets: Buckets;
  readonly dir: string;
  readonly dataDir: string;
}

async function withFolder(use: (opened: Opened) => Promise<void>): Promise<void> {
  const dir = join(ROOT, `folder-${++places}`);
  const dataDir = join(ROOT, `data-${places}`);
  mkdirSync(dir);
  const buckets = await openBuckets({ dataDir, folders: { files: dir } });
  try {
    const bucket = buckets.find('files');
    assert.ok(bucket);
    await use({ bucket, buckets, dir, dataDir });
  } finally {
    await buckets.close();
  }
}

/** Writes a file as another program would. */
function write(dir: string, name: string, content: string): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), content);
}

const KEYS = ['a', 'a-b', 'a.b/c', 'ab/c', 'ab/d/e', 'ab.c', 'ü', '\u{1f600}/x', '\uffee', ' ', 'new\nline', 'z/y/x/w'];

test('lists the files of a folder in the order of their keys, and reads them', async () => {
  await withFolder(async ({ bucket, dir }) => {
    for (const key of KEYS) write(dir, key, `content of ${key}`);
    mkdirSync(join(dir, 'empty/folders'), { recursive: true });
    for (const delimiter of [undefined, '/', 'b']) {
      for (const prefix of ['', 'a', 'ab', 'ab/', 'none', 'z/y/']) {
        for (const after of [undefined, 'a', 'ab/', 'ab/c', 'ab/d', 'ü']) {
          const query: ListQuery = { prefix, delimiter, after };
          assert.deepEqual(await listed(bucket, query), expectedList(KEYS, query), JSON.stringify(query));
        }
      }
    }
    for (const key of KEYS) assert.equal(await get(bucket, key), `content of ${key}`);
  });
});

test('does what a model in memory does, with files that another program writes and removes', async () => {
  const keys = [...KEYS, 'a/b', 'ab', 'z/', 'z/y'];
  for (let seed = 1; seed <= trials({ gate: 10, long: 200 }); seed++) {
    const random = randomOf(seed);
    await withFolder(async ({ bucket, dir }) => {
      const model = new Map<string, string>();
      for (let step = 0; step < 60; step++) {
        const key = random.of(keys);
        const content = String(random.below(1e9));
        const where = `seed ${seed}, step ${step}`;
        // A file where a folder is needed, or the reverse.
        const isHindered = [...model.keys()].some(
          (other) => other !== key && (other.startsWith(`${key}/`) || key.startsWith(`${other}/`)),
        );
        const doing = random.below(10);
        if (doing < 5) {
          const written = put(bucket, key, content);
          if (key.endsWith('/') || isHindered) await assert.rejects(written, { name: 'KeyError' }, where);
          else model.set(key, await written.then(() => content));
        } else if (doing < 7) {
          assert.equal((await bucket.delete(key)) !== undefined, model.delete(key), where);
        } else if (doing === 7 && !key.endsWith('/') && !isHindered && !existsSync(join(dir, key, '.'))) {
          write(dir, key, content);
          model.set(key, content);
        } else {
          assert.equal(await get(bucket, key), model.get(key), where);
        }
        assert.deepEqual(await listed(bucket), expectedList([...model.keys()], {}), where);
      }
    });
  }
});

test('removes the folders that it has made with their last object, and keeps those of the user', async () => {
  await withFolder(async ({ bucket, dir }) => {
    mkdirSync(join(dir, 'mine'));
    await put(bucket, 'mine/made/deep/key', 'content');
    await put(bucket, 'mine/made/other', 'content');
    await bucket.delete('mine/made/deep/key');
    assert.deepEqual(readdirSync(join(dir, 'mine/made')), ['other']);
    await bucket.delete('mine/made/other');
    assert.deepEqual(readdirSync(join(dir, 'mine')), []);
  });
});

test('a key that ends with a slash is a folder without content, until it is deleted', async () => {
  await withFolder(async ({ bucket, dir }) => {
    await put(bucket, 'folder/', '');
    await put(bucket, 'folder/key', 'content');
    assert.deepEqual(await listed(bucket), ['folder/', 'folder/key']);
    assert.equal(await get(bucket, 'folder/'), '');
    await bucket.delete('folder/key');
    assert.deepEqual(await listed(bucket), ['folder/']);
    await bucket.delete('folder/');
    assert.deepEqual(readdirSync(dir), []);
  });
});

test('attributes belong to the file that they came with', async () => {
  await withFolder(async ({ bucket, dir }) => {
    const writer = await bucket.write();
    await writer.write(Buffer.from('content'));
    const stored = await writer.commit('key', attributesOf('content', { userMetadata: { name: 'value' } }));
    assert.equal(stored.etag, attributesOf('content').etag);
    assert.deepEqual((await bucket.head('key'))?.userMetadata, { name: 'value' });
    assert.equal(await bucket.setTags('key', [['one', '1']]), true);
    assert.deepEqual((await bucket.head('key'))?.tags, [['one', '1']]);
    // Of the same size.
    writeFileSync(join(dir, 'key'), 'CONTENT');
    utimesSync(join(dir, 'key'), 1, 1);
    const outside = await bucket.head('key');
    assert.deepEqual([outside?.userMetadata, outside?.tags], [{}, []]);
    assert.match(outside?.etag ?? '', /^[0-9a-f]{32}-1$/);
    assert.equal((await bucket.head('key'))?.etag, outside?.etag);
  });
});

test('says which keys a folder cannot hold', async () => {
  await withFolder(async ({ bucket, dir }) => {
    write(dir, 'file', '');
    write(dir, 'folder/file', '');
    symlinkSync('/etc', join(dir, 'link'));
    const problems = [
      '',
      'a//b',
      '/a',
      'a/./b',
      '../a',
      'nul\0',
      'x'.repeat(256),
      'x/'.repeat(600),
      'file/key',
      'folder',
      'link/passwd',
    ];
    for (const key of problems) assert.equal(typeof bucket.keyProblem(key), 'string', key);
    for (const key of ['a/b', 'folder/', 'folder/other', 'ü', '...']) assert.equal(bucket.keyProblem(key), undefined);
    assert.equal(bucket.keyProblem('file/key'), 'This bucket is a folder of files, and "file" is no folder in it.');
  });
});

test('follows no link, and shows nothing but regular files', async () => {
  await withFolder(async ({ bucket, dir }) => {
    const outside = join(ROOT, `outside-${places}`);
    write(outside, 'secret', 'secret');
    symlinkSync(outside, join(dir, 'folder'));
    symlinkSync(join(outside, 'secret'), join(dir, 'file'));
    spawnSync('mkfifo', [join(dir, 'fifo')]);
    write(dir, 'real', 'content');
    assert.deepEqual(await listed(bucket), ['real']);
    for (const key of ['folder/secret', 'file', 'fifo', 'folder/']) {
      assert.equal(await bucket.head(key), undefined, key);
      assert.equal(await bucket.open(key), undefined, key);
      assert.equal(await bucket.delete(key), undefined, key);
    }
    for (const key of ['folder/new', 'folder/secret', 'file', 'fifo']) {
      await assert.rejects(put(bucket, key, 'replaced'), { name: 'KeyError' }, key);
    }
    assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), 'secret');
    assert.deepEqual(readdirSync(outside), ['secret']);
  });
});

test('keeps unfinished uploads out of the folder, and makes one file of their parts', async () => {
  await withFolder(async ({ bucket, dir }) => {
    const upload = await bucket.uploads.begin('a/key', {
      headers: {},
      userMetadata: {},
      tags: [],
      checksum: undefined,
    });
    for (const [index, content] of ['one ', 'two'].entries()) {
      const writer = await bucket.write();
      await writer.write(Buffer.from(content));
      await writer.commitPart(upload, index + 1, { etag: attributesOf(content).etag, checksum: undefined });
    }
    assert.deepEqual(readdirSync(dir), []);
    await bucket.uploads.complete(upload, await bucket.uploads.parts(upload), attributesOf('', { etag: 'x-2' }));
    assert.equal(readFileSync(join(dir, 'a/key'), 'utf8'), 'one two');
    assert.equal((await bucket.head('a/key'))?.etag, 'x-2');
  });
});

test('a folder that is missing, or whose bucket name is taken, is refused', async () => {
  const dataDir = join(ROOT, 'taken');
  const first = await openBuckets({ dataDir });
  await first.create('files', 'eu-west-1');
  await first.close();
  await assert.rejects(openBuckets({ dataDir, folders: { files: ROOT } }), { code: 'SETTING_INVALID' });
  await assert.rejects(openBuckets({ dataDir, folders: { other: join(ROOT, 'none') } }), {
    code: 'DESTINATION_INVALID',
  });
});
