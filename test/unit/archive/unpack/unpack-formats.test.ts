import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { packDirectory, unpackArchive } from '../../../../src/archive/lazy-archive.ts';
import type { UnpackOptions } from '../../../../src/archive/unpack/unpack.ts';
import { findOnPath } from '../../../../src/process/find-on-path.ts';
import { temporaryFolder } from '../../../support/job.ts';
import { makeTar, makeTarGz, type TarEntry } from '../../../support/tar.ts';

async function unpack(t: TestContext, bytes: Buffer, options: UnpackOptions = {}) {
  const base = temporaryFolder(t);
  const dir = join(base, 'out');
  writeFileSync(join(base, 'archive'), bytes);
  try {
    return { dir, ...(await unpackArchive(join(base, 'archive'), dir, options)) };
  } catch (error) {
    assert.deepEqual(readdirSync(base), ['archive'], 'nothing is left, and nothing is outside');
    throw error;
  }
}

const ENTRIES: readonly TarEntry[] = [
  { name: 'a/', type: '5', mode: 0o755 },
  { name: 'a/b', content: 'content' },
];

for (const program of ['gzip', 'zstd', 'bzip2', 'xz']) {
  test(`an archive compressed by ${program} is unpacked, one that was cut off is refused`, {
    skip: findOnPath(program, process.env) === undefined && `SKIPPED: ${program} is not installed`,
  }, async (t) => {
    const bytes = spawnSync(program, ['-c'], { input: makeTar(ENTRIES) }).stdout;
    const { dir, entries, bytes: size } = await unpack(t, bytes);
    assert.deepEqual([entries, size, readFileSync(join(dir, 'a', 'b'), 'utf8')], [2, 7, 'content']);
    await assert.rejects(unpack(t, bytes.subarray(0, -6)), { code: 'ARCHIVE_INVALID' });
  });
}

test('without igzip Node decompresses, with the same errors', async (t) => {
  const variables = { PATH: '' };
  assert.equal((await unpack(t, makeTarGz(ENTRIES), { variables })).entries, 2);
  await assert.rejects(unpack(t, makeTarGz(ENTRIES).subarray(0, -6), { variables }), { code: 'ARCHIVE_INVALID' });
});

test('bzip2 without its program is an error that names it', async (t) => {
  const bytes = Buffer.from('BZh91AY&SY');
  await assert.rejects(unpack(t, bytes, { variables: { PATH: '' } }), {
    code: 'INTERPRETER_MISSING',
    message: /is compressed by bzip2, and there is no bzip2 on PATH$/,
  });
});

test('more bytes or entries than the limits are refused, claimed or real', async (t) => {
  const bomb = makeTar([{ name: 'zeros', content: '\0'.repeat(3_000_000) }]);
  for (const bytes of [bomb, gzipSync(bomb)]) {
    await assert.rejects(unpack(t, bytes, { maxBytes: 2_999_999 }), {
      code: 'ARCHIVE_INVALID',
      message: /"zeros" makes more than 2999999 bytes, the limit$/,
    });
    assert.equal((await unpack(t, bytes, { maxBytes: 3_000_000 })).bytes, 3_000_000);
  }
  await assert.rejects(unpack(t, makeTar(ENTRIES), { maxEntries: 1 }), {
    message: /"a\/b" is one more than 1 entries, the limit$/,
  });
});

const REFUSED: ReadonlyArray<readonly [attack: string, entries: readonly TarEntry[], why: RegExp]> = [
  [
    'a file behind a link inside of the folder',
    [
      { name: 'd/', type: '5', mode: 0o755 },
      { name: 'l', type: '2', link: 'd' },
      { name: 'l/x', content: 'x' },
    ],
    /"l\/x" lies behind the link "l"$/,
  ],
  [
    'a folder where a link is',
    [
      { name: 'd/', type: '5', mode: 0o755 },
      { name: 'l', type: '2', link: 'd' },
      { name: 'l/', type: '5', mode: 0o755 },
    ],
    /"l\/" lies behind the link "l"$/,
  ],
  [
    'a link in another case, written through',
    [
      { name: 'Git', type: '2', link: 'd' },
      { name: 'git/hook', content: 'x' },
    ],
    /"git\/hook" differs from the link "Git" in case or Unicode form only$/,
  ],
  [
    'a link over a folder in another case',
    [
      { name: 'git/hook', content: 'x' },
      { name: 'GIT', type: '2', link: 'd' },
    ],
    /"GIT" is a link that differs from "git" in case or Unicode form only$/,
  ],
  [
    'a link in another Unicode form',
    [
      { name: 'caf\u00e9', type: '2', link: 'd' },
      { name: 'cafe\u0301/x', content: 'x' },
    ],
    /differs from the link "caf\u00e9" in case or Unicode form only$/,
  ],
  [
    'a hard link to a link',
    [
      { name: 'l', type: '2', link: 'd' },
      { name: 'h', type: '1', link: 'l' },
    ],
    /"h" is a hard link to the link "l"$/,
  ],
  ['a hard link to a later file', [{ name: 'h', type: '1', link: 'f' }, { name: 'f' }], /no file that came before it/],
  ['a hard link to itself', [{ name: 'h', type: '1', link: 'h' }], /is a hard link to itself$/],
  ['a file where a folder is', [{ name: 'd/x' }, { name: 'd' }], /"d" is a folder too, in the same archive$/],
  ['a folder where a file is', [{ name: 'd' }, { name: 'd/x' }], /"d\/x" needs a folder where the file "d" is$/],
  ['the folder itself as a file', [{ name: './.' }], /has the name of the folder itself$/],
];

for (const [attack, entries, why] of REFUSED) {
  test(`an archive with ${attack} is refused`, async (t) => {
    await assert.rejects(unpack(t, makeTarGz(entries)), { code: 'ARCHIVE_INVALID', message: why });
  });
}

test('of a file that an archive holds twice, the later one counts', async (t) => {
  const { dir } = await unpack(
    t,
    makeTar([
      { name: 'f', content: 'old' },
      { name: 'f', content: 'new' },
    ]),
  );
  assert.equal(readFileSync(join(dir, 'f'), 'utf8'), 'new');
});

test('a plain archive without its end mark is refused as cut off', async (t) => {
  await assert.rejects(unpack(t, makeTar(ENTRIES).subarray(0, -1024)), {
    message: /it ends without the mark of an archive's end: it was cut off$/,
  });
});

test('a folder that holds something is refused, and stays as it is', async (t) => {
  const base = temporaryFolder(t);
  mkdirSync(join(base, 'dir'));
  writeFileSync(join(base, 'dir', 'mine'), 'mine');
  writeFileSync(join(base, 'a.tar'), makeTar(ENTRIES));
  await assert.rejects(unpackArchive(join(base, 'a.tar'), join(base, 'dir')), {
    code: 'DESTINATION_INVALID',
    message: `expected an empty or new folder, and ${join(base, 'dir')} holds "mine"`,
  });
  assert.deepEqual(readdirSync(join(base, 'dir')), ['mine']);
});

test('a sparse file keeps its size and content, and gets its holes back', async (t) => {
  const base = temporaryFolder(t);
  const model = join(base, 'model');
  mkdirSync(model);
  writeFileSync(join(model, 'sparse'), 'start');
  truncateSync(join(model, 'sparse'), 50_000_000);
  await packDirectory(model, join(base, 'm.tar.gz'));
  await unpackArchive(join(base, 'm.tar.gz'), join(base, 'copy'));
  const copy = statSync(join(base, 'copy', 'sparse'));
  assert.equal(copy.size, 50_000_000);
  assert.ok(copy.blocks * 512 < 5_000_000, `${copy.blocks} blocks`);
  assert.equal(
    readFileSync(join(base, 'copy', 'sparse'))
      .subarray(0, 5)
      .toString(),
    'start',
  );
});

test('given up, it leaves nothing behind', async (t) => {
  const signal = AbortSignal.abort();
  await assert.rejects(unpack(t, makeTarGz(ENTRIES), { signal }), { name: 'AbortError' });
  assert.equal(existsSync('out'), false);
});
