// One archive gives one result, whichever programs are on PATH: what follows the end of a compressed stream is where they
// differ.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { unpackArchive } from '../../src/archive/lazy-archive.ts';
import { checkZstdFrames } from '../../src/archive/unpack/zstd-frames.ts';
import { isOptmlError } from '../../src/errors/error.ts';
import { temporaryFolder } from '../support/job.ts';
import { END, entry } from '../support/tar-blocks.ts';

const TAR = Buffer.concat([entry({ name: 'a' }, 'content'), END]);
const compress = (program: string, content: Buffer, ...options: string[]) =>
  spawnSync(program, ['-c', ...options], { input: content }).stdout;

const GZIP = gzipSync(TAR);
const EMPTY_MEMBER = gzipSync(Buffer.alloc(1024));
const GZIP_TAILS: ReadonlyArray<readonly [what: string, archive: Buffer, isGood: boolean]> = [
  ['nothing', GZIP, true],
  ['zeros', Buffer.concat([GZIP, Buffer.alloc(512)]), true],
  ['another member', Buffer.concat([GZIP, EMPTY_MEMBER]), true],
  ['one byte', Buffer.concat([GZIP, Buffer.from('x')]), false],
  ['text', Buffer.concat([GZIP, Buffer.from('and something else, much longer than a header')]), false],
  ['the sum and the size of the member again', Buffer.concat([GZIP, Buffer.from('junk'), GZIP.subarray(-8)]), false],
  ['half of a member', Buffer.concat([GZIP, EMPTY_MEMBER.subarray(0, 12)]), false],
  ['a member whose sum is wrong', Buffer.concat([GZIP, EMPTY_MEMBER.subarray(0, -5), Buffer.alloc(5)]), false],
  ['a member of an unknown method', Buffer.concat([GZIP, Buffer.from([0x1f, 0x8b, 9, ...Buffer.alloc(20)])]), false],
];

// Programs that ignore their input: if optml called one of them, it would unpack another archive.
function pathOfLiars(t: TestContext): string {
  const bin = join(temporaryFolder(t), 'bin');
  mkdirSync(bin);
  for (const name of ['igzip', 'pigz', 'unpigz', 'gzip', 'lbzip2', 'pbzip2']) {
    writeFileSync(join(bin, name), `#!/bin/sh\ncat ${join(bin, 'other.tar')}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  writeFileSync(join(bin, 'other.tar'), Buffer.concat([entry({ name: 'other' }, 'x'), END]));
  return `${bin}:${process.env['PATH']}`;
}

async function outcome(t: TestContext, archive: Buffer, path: string): Promise<string> {
  const dir = temporaryFolder(t);
  const file = join(dir, 'archive');
  writeFileSync(file, archive);
  try {
    await unpackArchive(file, join(dir, 'out'), { variables: { PATH: path } });
    return readdirSync(join(dir, 'out')).join();
  } catch (error) {
    assert.ok(isOptmlError(error), String(error));
    return error.code;
  }
}

for (const [what, archive, isGood] of GZIP_TAILS) {
  test(`a gzip stream with ${what} behind it gives one result, whatever is on PATH`, async (t) => {
    const expected = isGood ? 'a' : 'ARCHIVE_INVALID';
    const paths = [process.env['PATH'] ?? '', '/nowhere', pathOfLiars(t)];
    for (const path of paths) assert.equal(await outcome(t, archive, path), expected, path);
  });
}

test('bzip2 is decompressed by one program, whatever others are on PATH', async (t) => {
  assert.equal(await outcome(t, compress('bzip2', TAR), pathOfLiars(t)), 'a');
});

const hasZstd = spawnSync('zstd', ['--version']).status === 0;
const SKIPPABLE = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

function zstdTails(): ReadonlyArray<readonly [what: string, archive: Buffer, isGood: boolean]> {
  const all = compress('zstd', TAR);
  const content = entry({ name: 'a' }, randomBytes(400_000).toString('latin1'));
  return [
    ['one frame', all, true],
    ['a frame without a sum', compress('zstd', TAR, '--no-check'), true],
    ['a frame that does not say its size', compress('zstd', TAR, '--no-content-size'), true],
    ['blocks of several kinds', compress('zstd', Buffer.concat([content, END, Buffer.alloc(1_000_000)]), '-1'), true],
    ['two frames', Buffer.concat([compress('zstd', TAR.subarray(0, 700)), compress('zstd', TAR.subarray(700))]), true],
    ['a frame to skip behind', Buffer.concat([all, SKIPPABLE]), true],
    ['zeros', Buffer.concat([all, Buffer.alloc(512)]), false],
    ['one byte', Buffer.concat([all, Buffer.from('x')]), false],
    ['a gzip member', Buffer.concat([all, EMPTY_MEMBER]), false],
    ['half of a header', Buffer.concat([all, all.subarray(0, 5)]), false],
    ['half of a frame to skip', Buffer.concat([all, SKIPPABLE.subarray(0, 9)]), false],
    ['no sum at the end', all.subarray(0, -4), false],
    ['no last byte', all.subarray(0, -1), false],
  ];
}

test('zstd: whole frames and nothing else', { skip: !hasZstd && 'zstd is not installed' }, async (t) => {
  const file = join(temporaryFolder(t), 'archive');
  for (const [what, archive, isGood] of zstdTails()) {
    writeFileSync(file, archive);
    const descriptor = openSync(file, 'r');
    const checked = checkZstdFrames(descriptor, undefined).then(
      () => true,
      (error: Error) => error.name !== 'DamagedArchive',
    );
    assert.equal(await checked, isGood, what);
    closeSync(descriptor);
    // The program itself never sees what it would take for another format.
    const expected = isGood ? 'a' : 'ARCHIVE_INVALID';
    assert.equal(await outcome(t, archive, process.env['PATH'] ?? ''), expected, what);
  }
});
