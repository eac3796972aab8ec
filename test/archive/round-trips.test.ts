// What other programs pack is unpacked as they would, and what is packed here is unpacked by them as it was.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ChunkPool } from '../../src/archive/chunk-pool.ts';
import { looksLikeArchive } from '../../src/archive/formats.ts';
import { packDirectory, unpackArchive } from '../../src/archive/lazy-archive.ts';
import { archiveChunks } from '../../src/archive/pack/archive-chunks.ts';
import { JobFolder } from '../../src/job-tree/job-folder.ts';
import { bytesOf, rawName } from '../../src/job-tree/raw-name.ts';
import { removePath } from '../../src/job-tree/remove-tree.ts';
import { findOnPath } from '../../src/process/find-on-path.ts';
import { temporaryFolder } from '../support/job.ts';
import { askPython } from '../support/python.ts';
import {
  binary,
  END,
  entry,
  GNU,
  headerBlock,
  longName,
  pax,
  paxRecord,
  sparseBlock,
  sparseFields,
  V7,
} from '../support/tar-blocks.ts';
import { treeOf } from '../support/trees.ts';

const LOCALE = { LC_ALL: 'C.UTF-8', PATH: process.env['PATH'] };
const whyNot = (program: string) =>
  findOnPath(program, process.env) === undefined && `SKIPPED: ${program} is not installed`;

/** Which names a tree has: every program and format can hold `plain` ones. */
type Names = 'plain' | 'long' | 'any';

function makeTree(dir: string, names: Names): void {
  mkdirSync(join(dir, 'empty', 'inner'), { recursive: true });
  mkdirSync(join(dir, 'sub'));
  writeFileSync(join(dir, 'empty-file'), '');
  for (const size of [1, 511, 512, 513, 70_000])
    writeFileSync(join(dir, `size-${size}`), Buffer.alloc(size, `${size} `));
  writeFileSync(join(dir, 'tool.sh'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(dir, 'with space "quote" \\back'), 'odd');
  symlinkSync('../tool.sh', join(dir, 'sub', 'link'));
  symlinkSync('nowhere', join(dir, 'dangling'));
  linkSync(join(dir, 'size-513'), join(dir, 'sub', 'hard'));
  sparseFile(join(dir, 'sparse'));
  if (names !== 'plain') {
    const deep = join(dir, 'd'.repeat(90), 'e'.repeat(120));
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(deep, 'n'.repeat(200)), 'deep');
    linkSync(join(deep, 'n'.repeat(200)), join(dir, 'z-hard'));
    for (const length of [99, 100, 101, 255]) writeFileSync(join(dir, 'n'.repeat(length)), `${length}`);
    symlinkSync('t'.repeat(180), join(dir, 'long-link'));
  }
  if (names === 'any') {
    writeFileSync(join(dir, 'größe 数'), 'unicode');
    writeFileSync(join(dir, 'line\nbreak'), 'line');
    for (const byte of ['\xe9', '\xe8\xff']) {
      writeFileSync(bytesOf(`${rawName(dir)}/raw-${byte}`), byte);
      symlinkSync(bytesOf(`raw-${byte}`), bytesOf(`${rawName(dir)}/link-${byte}`));
      mkdirSync(bytesOf(`${rawName(dir)}/${byte}`));
      writeFileSync(bytesOf(`${rawName(dir)}/${byte}/inner`), byte);
    }
  }
  for (const name of ['size-1', 'sub', 'empty/inner']) utimesSync(join(dir, name), 981_173_106, 981_173_106);
}

// Enough segments that the old format needs more blocks than its header, and a hole at the end.
function sparseFile(file: string): void {
  const content = Buffer.alloc(60 * 65_536);
  for (let segment = 0; segment < 60; segment++)
    content.fill(`segment ${segment}`, segment * 65_536, segment * 65_536 + 4096);
  writeFileSync(file, '');
  // Written by a program that leaves holes.
  spawnSync('cp', ['--sparse=always', '/dev/stdin', file], { input: content });
  truncateSync(file, content.length + 12_345);
}

interface Packer {
  readonly name: string;
  readonly program: string;
  readonly names: Names;
  readonly command: (dir: string, file: string) => readonly string[];
}

const tar = (names: Names, ...options: readonly string[]): Packer => ({
  name: `GNU tar ${options.join(' ')}`,
  program: 'tar',
  names,
  command: (dir, file) => ['tar', '-c', ...options, '-f', file, '-C', dir, '.'],
});
const bsdtar = (names: Names, format: string): Packer => ({
  name: `bsdtar ${format}`,
  program: 'bsdtar',
  names,
  command: (dir, file) => ['bsdtar', '-c', `--format=${format}`, '-f', file, '-C', dir, '.'],
});
const PYTHON_PACK =
  'import sys, tarfile\nwith tarfile.open(sys.argv[2], "w", format=getattr(tarfile, sys.argv[3])) as t: t.add(sys.argv[1], arcname=".")';
const python = (names: Names, format: string): Packer => ({
  name: `Python ${format}`,
  program: 'python3',
  names,
  command: (dir, file) => ['python3', '-c', PYTHON_PACK, dir, file, format],
});

const PACKERS: readonly Packer[] = [
  tar('plain', '--format=v7'),
  tar('plain', '--format=ustar'),
  tar('any', '--format=oldgnu'),
  tar('any', '--format=oldgnu', '--sparse'),
  tar('any', '--format=gnu', '--sparse'),
  tar('any', '--format=pax'),
  ...['0.0', '0.1', '1.0'].map((version) => tar('any', '--format=pax', '--sparse', `--sparse-version=${version}`)),
  tar('any', '--format=gnu', '--label=volume'),
  tar('any', '--format=pax', '--label=volume'),
  tar('any', '--format=gnu', '--incremental'),
  tar('any', '--format=pax', '--incremental'),
  tar('any', '--format=pax', '--xattrs', '-z'),
  tar('any', '--format=gnu', '--zstd'),
  tar('any', '--format=gnu', '--bzip2'),
  python('plain', 'USTAR_FORMAT'),
  python('any', 'GNU_FORMAT'),
  python('any', 'PAX_FORMAT'),
  bsdtar('plain', 'v7'),
  bsdtar('plain', 'ustar'),
  bsdtar('any', 'gnutar'),
  bsdtar('any', 'pax'),
];

function run(command: readonly string[], env: NodeJS.ProcessEnv = LOCALE): void {
  const [file = '', ...args] = command;
  const { status, stderr, error } = spawnSync(file, args, { encoding: 'utf8', env });
  assert.equal(status, 0, stderr || error?.message);
}

function folders(t: TestContext): { readonly model: string; readonly file: string; readonly copy: string } {
  const base = temporaryFolder(t);
  mkdirSync(join(base, 'model'));
  return { model: join(base, 'model'), file: join(base, 'archive'), copy: join(base, 'copy') };
}

for (const { name, program, names, command } of PACKERS) {
  test(`what ${name} packs is unpacked as it was`, { skip: whyNot(program) }, async (t) => {
    const { model, file, copy } = folders(t);
    makeTree(model, names);
    run(command(model, file));
    await unpackArchive(file, copy);
    assert.deepEqual(treeOf(copy, ['mode', 'mtime', 'nlink']), treeOf(model, ['mode', 'mtime', 'nlink']));
    if (!command(model, file).includes('--sparse')) return;
    const { blocks } = statSync(join(copy, 'sparse'));
    assert.ok(blocks * 512 < 1_500_000, `holes are holes again: ${blocks} blocks`);
  });
}

const PYTHON_UNPACK = 'import sys, tarfile\nwith tarfile.open(sys.argv[1]) as t: t.extractall(sys.argv[2])';
const UNPACKERS: ReadonlyArray<readonly [program: string, words: (file: string, dir: string) => readonly string[]]> = [
  ['tar', (file, dir) => ['tar', 'xzf', file, '-C', dir]],
  ['python3', (file, dir) => ['python3', '-c', PYTHON_UNPACK, file, dir]],
  ['bsdtar', (file, dir) => ['bsdtar', '-xf', file, '-C', dir]],
];

for (const [program, command] of UNPACKERS) {
  test(`what is packed here is unpacked by ${program} as it was`, { skip: whyNot(program) }, async (t) => {
    const { model, file, copy } = folders(t);
    makeTree(model, 'any');
    await packDirectory(model, file);
    mkdirSync(copy);
    run(command(file, copy));
    // Python gives links no times.
    const facts = ['mode', 'nlink', ...(program === 'python3' ? [] : (['mtime'] as const))] as const;
    assert.deepEqual(treeOf(copy, facts), treeOf(model, facts));
  });
}

test('what is packed here is unpacked here as it was, and packed again gives the same bytes', async (t) => {
  const { model, file, copy } = folders(t);
  makeTree(model, 'any');
  await packDirectory(model, file);
  await unpackArchive(file, copy);
  assert.deepEqual(treeOf(copy, ['mode', 'mtime', 'nlink']), treeOf(model, ['mode', 'mtime', 'nlink']));
  await packDirectory(copy, `${file}-again`);
  assert.deepEqual(readFileSync(`${file}-again`), readFileSync(file));
});

test('a tree of 1,500 levels is packed and unpacked in little time', async (t) => {
  const { model, file, copy } = folders(t);
  const deepest = 'd/'.repeat(1500);
  mkdirSync(join(model, deepest), { recursive: true });
  writeFileSync(join(model, deepest, 'file'), 'deep');
  try {
    const start = process.cpuUsage();
    assert.equal((await packDirectory(model, file)).entries, 1501);
    // Takes 0.4 s; where the time grows with the square of the depth, over 10 s.
    const { user } = process.cpuUsage(start);
    assert.ok(user < 4e6, `it took ${user / 1e6} s`);
    await unpackArchive(file, copy);
    assert.equal(readFileSync(join(copy, deepest, 'file'), 'utf8'), 'deep');
  } finally {
    // Node's own functions cannot remove such a tree.
    for (const tree of [model, copy]) await removePath(tree);
  }
});

test('a sparse file of 9 GB is unpacked from each format without taking place', { skip: whyNot('tar') }, async (t) => {
  const { model, file } = folders(t);
  writeFileSync(join(model, 'big'), 'start');
  truncateSync(join(model, 'big'), 9 * 1024 ** 3);
  for (const format of ['--format=gnu', '--format=oldgnu', '--format=pax']) {
    run(['tar', '-c', format, '--sparse', '-f', file, '-C', model, '.']);
    const copy = join(temporaryFolder(t), 'copy');
    const { bytes } = await unpackArchive(file, copy);
    const { size, blocks } = statSync(join(copy, 'big'));
    assert.deepEqual([bytes, size, blocks < 100], [9 * 1024 ** 3, 9 * 1024 ** 3, true], format);
  }
});

/** Unpacks blocks, and gives the tree. */
async function unpackBlocks(t: TestContext, blocks: readonly Buffer[]): Promise<Record<string, string>> {
  const { file, copy } = folders(t);
  writeFileSync(file, Buffer.concat([...blocks, END]));
  await unpackArchive(file, copy);
  return treeOf(copy, ['mtime']);
}

test('numbers in binary, signed checksums and times before 1970 are understood', async (t) => {
  const names = { name: 'a', size: binary(3n, 12), time: binary(-86_400n, 12), mode: binary(0o600n, 8) };
  const old = headerBlock({ name: 'ol\xe4', size: 0, time: 5 });
  // One byte over 127 is treated as negative.
  old.write(`${(Number.parseInt(old.toString('latin1', 148, 154), 8) - 256).toString(8).padStart(6, '0')}\0 `, 148);
  const tree = await unpackBlocks(t, [entry(names, 'abc'), old]);
  assert.deepEqual(
    Object.entries(tree).map(([name, facts]) => [name, facts.split(' ').at(-1)]),
    [
      ['a', '-86400'],
      ['ol\xe4', '5'],
    ],
  );
});

test('archives of before 1988 are understood: no magic, folders by their slash', async (t) => {
  const tree = await unpackBlocks(t, [
    entry({ name: 'd/', magic: V7, type: '\0' }),
    entry({ name: 'd/f', magic: V7, type: '\0' }, 'x'),
    entry({ name: 'c', type: '7' }, 'in one piece'),
  ]);
  assert.deepEqual(
    Object.values(tree).map((facts) => facts.split(' ', 2).join(' ')),
    ['file 12', 'folder 1700000000', 'file 1'],
  );
});

test('a prefix counts in POSIX archives only: GNU has times in its place', async (t) => {
  const tree = await unpackBlocks(t, [
    entry({ name: 'f', prefix: 'a/b' }),
    entry({ name: 'g', magic: GNU, prefix: '14000000000\x0014000000000' }),
  ]);
  assert.deepEqual(Object.keys(tree), ['a', 'a/b', 'a/b/f', 'g']);
});

test('pax values hold line breaks, bytes and equals signs; the header itself does not count', async (t) => {
  const tree = await unpackBlocks(t, [
    pax([
      ['comment', '10 path=wrong\n'],
      ['hdrcharset', 'BINARY'],
      ['path', 'a=b\n11 path=c\n\xe9'],
      ['mtime', '-1.5'],
    ]),
    entry({ name: 'not-this' }, 'x'),
    pax([['path', 'a=b\n11 path=c\n\xe8']]),
    entry({ name: 'not-this' }, 'y'),
  ]);
  assert.deepEqual(Object.keys(tree), ['a=b\n11 path=c\n\xe8', 'a=b\n11 path=c\n\xe9']);
  assert.match(tree['a=b\n11 path=c\n\xe9'] ?? '', / -2$/);
});

test('a global header counts until a later one, or one of the entry, says otherwise', async (t) => {
  const tree = await unpackBlocks(t, [
    pax(
      [
        ['comment', 'of git'],
        ['mtime', '100'],
      ],
      'g',
    ),
    entry({ name: 'a' }),
    pax([['mtime', '200']]),
    entry({ name: 'b' }),
    pax([['mtime', '300']], 'g'),
    entry({ name: 'c' }),
  ]);
  assert.deepEqual(
    Object.values(tree).map((facts) => facts.split(' ').at(-1)),
    ['100', '200', '300'],
  );
});

test('GNU and pax headers go together where they agree; a pax size counts for the entry alone', async (t) => {
  const name = 'n'.repeat(150);
  const tree = await unpackBlocks(t, [
    pax([['size', '3']]),
    longName('L', name),
    longName('K', 'unused'),
    headerBlock({ name: 'short', size: 0 }),
    entry({ name: 'content' }, 'abc').subarray(512),
    longName('K', 'l'.repeat(150)),
    longName('L', 'link'),
    entry({ name: 'short', type: '2' }),
    entry({ name: 'X', type: 'X' }, paxRecord('path', 'of Solaris')),
    entry({ name: 'short' }),
  ]);
  assert.deepEqual(Object.keys(tree), ['link', name, 'of Solaris']);
  assert.match(tree[name] ?? '', /^file 3 /);
  assert.match(tree['link'] ?? '', /^link l{150} /);
});

test('the map of an old sparse file goes on over several blocks', async (t) => {
  const segments = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => [(from + i) * 1024, 512]).flat();
  const blocks = [
    headerBlock({ name: 's', type: 'S', magic: GNU, size: 30 * 512, at: sparseFields(segments(0, 4), 50_000, true) }),
    sparseBlock(segments(4, 21), true),
    sparseBlock(segments(25, 5)),
    Buffer.alloc(30 * 512, 'x'),
  ];
  const tree = await unpackBlocks(t, blocks);
  const expected = Buffer.alloc(50_000);
  for (let i = 0; i < 30; i++) expected.fill('x', i * 1024, i * 1024 + 512);
  const base = temporaryFolder(t);
  writeFileSync(join(base, 's'), expected);
  assert.equal(tree['s']?.split(' ', 3).join(' '), treeOf(base)['s']);
});

test('a source archive without a magic is known by its checksum, other files are not', (t) => {
  const base = temporaryFolder(t);
  const looks = (bytes: Buffer): boolean => {
    writeFileSync(join(base, 'source'), bytes);
    return looksLikeArchive(join(base, 'source'));
  };
  const old = entry({ magic: V7 });
  assert.deepEqual(
    [looks(old), looks(Buffer.alloc(2048)), looks(old.subarray(0, 511)), looks(Buffer.alloc(512, 'text'))],
    [true, false, false, false],
  );
});

test('names of about a hundred bytes stand as they are in the archive', { skip: whyNot('python3') }, async (t) => {
  const { model, file } = folders(t);
  const names = [99, 100, 101, 255].map((length) => 'n'.repeat(length));
  const dirs = [98, 99, 100, 101].map((length) => 'd'.repeat(length));
  for (const name of names) writeFileSync(join(model, name), '');
  for (const dir of dirs) mkdirSync(join(model, dir));
  await packDirectory(model, file);
  const found = askPython('import tarfile\nanswers = tarfile.open(cases).getnames()', file);
  assert.deepEqual(found, [...dirs, ...names]);
});

test('a file over 8 GB has its true size in its header', { skip: whyNot('python3') }, async (t) => {
  const { model, file } = folders(t);
  writeFileSync(join(model, 'big'), '');
  truncateSync(join(model, 'big'), 9 * 1024 ** 3 + 1);
  const folder = JobFolder.open(model);
  t.after(() => folder.close());
  const walk = {
    folder,
    isLeftOut: () => false,
    latestSeconds: 0,
    warn: assert.fail,
    onBytes: () => undefined,
    entries: 0,
    pool: new ChunkPool(),
  };
  for await (const chunk of archiveChunks(walk)) {
    writeFileSync(file, chunk);
    break;
  }
  const found = askPython(
    'import tarfile\nmember = tarfile.open(cases).next()\nanswers = [member.name, member.size]',
    file,
  );
  assert.deepEqual(found, ['big', 9 * 1024 ** 3 + 1]);
});
