import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { unpackArchive } from '../../../../src/archive/lazy-archive.ts';
import { temporaryFolder } from '../../../support/job.ts';
import { makeTar, makeTarGz, type TarEntry } from '../../../support/tar.ts';

/** Unpacks an archive of these bytes into `inside/code`; whatever appears in `inside` beside it has escaped. */
async function unpack(t: TestContext, bytes: Buffer): Promise<string> {
  const inside = temporaryFolder(t);
  const code = join(inside, 'code');
  mkdirSync(code);
  const file = join(temporaryFolder(t), 'source.tar.gz');
  writeFileSync(file, bytes);
  try {
    await unpackArchive(file, code);
  } finally {
    assert.deepEqual(readdirSync(inside), ['code'], 'nothing is written outside of the folder');
  }
  return code;
}

const SETUID = 0o4755;

test('an archive that changes while it is unpacked is an error, and nothing is left', async (t) => {
  const dir = temporaryFolder(t);
  const file = join(dir, 'source.tar');
  writeFileSync(file, makeTar([{ name: 'a', content: 'x'.repeat(4 << 20) }]));
  const onProgress = () => utimesSync(file, 1, 1);
  await assert.rejects(unpackArchive(file, join(dir, 'code'), { onProgress }), {
    code: 'ARCHIVE_INVALID',
    message: `${file} is not an archive that can be unpacked: it changes while it is read`,
  });
  assert.equal(existsSync(join(dir, 'code')), false);
});

test('folders, files and links within the folder are unpacked, plain or gzipped', async (t) => {
  const entries: readonly TarEntry[] = [
    { name: './', type: '5', mode: 0o755 },
    { name: 'lib/', type: '5', mode: 0o755 },
    { name: 'lib/a.py', content: 'a' },
    { name: 'train.py', content: 'print(1)\n', mode: 0o755 },
    { name: 'lib/up', type: '2', link: '../train.py' },
    { name: 'copy.py', type: '1', link: 'lib/a.py' },
  ];
  for (const bytes of [makeTar(entries), makeTarGz(entries)]) {
    const code = await unpack(t, bytes);
    assert.equal(readFileSync(join(code, 'lib', 'up'), 'utf8'), 'print(1)\n');
    assert.equal(readFileSync(join(code, 'copy.py'), 'utf8'), 'a');
    assert.equal(statSync(join(code, 'train.py')).mode & 0o777, 0o755);
  }
});

test('set-uid bits and owners are not kept', async (t) => {
  const code = await unpack(t, makeTar([{ name: 'tool', content: 'x', mode: SETUID }]));
  assert.equal(statSync(join(code, 'tool')).mode & 0o7000, 0);
  assert.equal(statSync(join(code, 'tool')).uid, process.getuid?.());
});

const HOSTILE: ReadonlyArray<readonly [attack: string, entries: readonly TarEntry[], why: RegExp]> = [
  ['an absolute name', [{ name: '/tmp/optml-escaped', content: 'x' }], /"\/tmp\/optml-escaped" has an absolute name$/],
  ['a name with ..', [{ name: '../escaped', content: 'x' }], /"\.\.\/escaped" leads out of the folder$/],
  ['a name with .. inside', [{ name: 'a/../../escaped', content: 'x' }], /leads out of the folder$/],
  [
    'an absolute link',
    [{ name: 'link', type: '2', link: '/etc' }],
    /"link" is a link that leads out of the folder, to "\/etc"$/,
  ],
  [
    'a link upwards',
    [{ name: 'a/link', type: '2', link: '../../x' }],
    /is a link that leads out of the folder, to "\.\.\/\.\.\/x"$/,
  ],
  [
    'a link that goes down and back up',
    [{ name: 'link', type: '2', link: 'a/../b' }],
    /is a link that goes back up on its way, to "a\/\.\.\/b"$/,
  ],
  [
    'a file written through a link',
    [
      { name: 'out', type: '2', link: '..' },
      { name: 'out/escaped', content: 'x' },
    ],
    /"out" is a link that leads out of the folder, to "\.\."$/,
  ],
  [
    'a hard link to the outside',
    [{ name: 'link', type: '1', link: '../escaped' }],
    /is a hard link to "\.\.\/escaped", which leads out of the folder$/,
  ],
  [
    'a hard link to an absolute name',
    [{ name: 'link', type: '1', link: '/etc/passwd' }],
    /is a hard link to "\/etc\/passwd", which has an absolute name$/,
  ],
  ['a device', [{ name: 'null', type: '3' }], /"null" is of the type CharacterDevice$/],
];

// Another archive of the same folder would have the same link.
function fixFor(entries: readonly TarEntry[]): RegExp {
  return entries.some(({ type }) => type === '2')
    ? /^Leave the link out: .* virtual environment .* requirements\.txt\. .* tar czhf /
    : /^Make the archive again/;
}

for (const [attack, entries, why] of HOSTILE) {
  test(`an archive with ${attack} is refused, and nothing leaves the folder`, async (t) => {
    const bytes = makeTarGz([{ name: 'before', content: 'x' }, ...entries]);
    await assert.rejects(unpack(t, bytes), { code: 'ARCHIVE_INVALID', message: why, fix: fixFor(entries) });
    assert.equal(existsSync('/tmp/optml-escaped'), false);
  });
}

test('an archive that was cut off, is empty, or is none at all is refused', async (t) => {
  const whole = makeTarGz([{ name: 'a', content: 'x'.repeat(5000) }]);
  const plain = makeTar([{ name: 'a', content: 'x'.repeat(5000) }]);
  for (const bytes of [
    whole.subarray(0, whole.length / 2),
    plain.subarray(0, 2048),
    Buffer.alloc(0),
    Buffer.alloc(1024),
    Buffer.from('not a tar'),
    makeTarGz([]),
  ]) {
    await assert.rejects(unpack(t, bytes), {
      code: 'ARCHIVE_INVALID',
      message: /is not an archive that can be unpacked: /,
    });
  }
});

test('an archive with a wrong checksum is refused', async (t) => {
  const bytes = makeTar([{ name: 'a', content: 'x' }]);
  bytes[0] = 'b'.charCodeAt(0);
  await assert.rejects(unpack(t, bytes), { code: 'ARCHIVE_INVALID' });
});

test('a link that is in the folder already is not followed out of it', async (t) => {
  const outside = temporaryFolder(t);
  const code = temporaryFolder(t);
  symlinkSync(outside, join(code, 'out'));
  const file = join(temporaryFolder(t), 'source.tar');
  writeFileSync(file, makeTar([{ name: 'out/escaped', content: 'x' }]));
  await unpackArchive(file, code).catch(() => undefined);
  assert.deepEqual(readdirSync(outside), []);
});
