// Thousands of spoilt archives: each is unpacked as other programs unpack it, or refused as what it is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { unpackArchive } from '../../src/archive/lazy-archive.ts';
import { EntryReader } from '../../src/archive/unpack/entry-reader.ts';
import { DamagedArchive, RefusedEntry } from '../../src/archive/unpack/unpack-errors.ts';
import { isOptmlError } from '../../src/errors/error.ts';
import { temporaryFolder } from '../support/job.ts';
import { SEED_NOTE, seeded } from '../support/json-values.ts';
import { askPython, whyNoPython } from '../support/python.ts';
import { END, entry, GNU, longName, pax, sparseFields, sumUp } from '../support/tar-blocks.ts';
import { treeOf } from '../support/trees.ts';

const IN_MEMORY_RUNS = 2000;
const DISK_RUNS = 150;
const GZIP_RUNS = 60;
// An archive of some kilobytes is read in a millisecond; what takes so long hangs.
const HANG_MS = 5000;

const VALID: readonly Buffer[] = [
  [
    entry({ name: './', type: '5', mode: 0o755 }),
    entry({ name: 'd/', type: '5', mode: 0o755 }),
    entry({ name: 'd/f' }, 'content of f'),
    entry({ name: 'd/g', prefix: 'p/q' }, 'g'.repeat(600)),
    entry({ name: 'l', type: '2', link: 'd/f' }),
    entry({ name: 'h', type: '1', link: 'd/f' }),
  ],
  [
    pax([['comment', 'global']], 'g'),
    pax([
      ['path', 'größe'],
      ['mtime', '1700000000.25'],
    ]),
    entry({ name: 'short' }, 'pax'),
    pax([['size', '4']]),
    entry({ name: 'sized' }, 'four'),
    pax([['linkpath', 'größe']]),
    entry({ name: 'link', type: '2' }),
  ],
  [
    longName('L', `${'n'.repeat(120)}/${'m'.repeat(120)}`),
    entry({ name: 'short', magic: GNU }, 'gnu'),
    longName('K', 'k'.repeat(120)),
    entry({ name: 'link', type: '2', magic: GNU }),
    entry({ name: 's', type: 'S', magic: GNU, at: sparseFields([512, 512, 2048, 10, 3000, 0], 3000) }, 's'.repeat(522)),
  ],
  [
    pax([
      ['GNU.sparse.major', '1'],
      ['GNU.sparse.minor', '0'],
      ['GNU.sparse.name', 'sparse'],
      ['GNU.sparse.realsize', '3000'],
    ]),
    entry(
      { name: 'GNUSparseFile.0/sparse' },
      `${'3\n512\n512\n2048\n10\n3000\n0\n'.padEnd(512, '\0')}${'s'.repeat(522)}`,
    ),
    pax([
      ['GNU.sparse.size', '3000'],
      ['GNU.sparse.numblocks', '3'],
      ['GNU.sparse.map', '512,512,2048,10,3000,0'],
    ]),
    entry({ name: 'other' }, 's'.repeat(522)),
    entry({ name: 'after' }, 'after'),
  ],
].map((blocks) => Buffer.concat([...blocks, END]));

/** What spoils an archive. Headers get their checksums right again, so that what they say is looked at. */
interface Spoil {
  readonly archive: number;
  readonly kind: 'byte' | 'bit' | 'cut' | 'drop' | 'double' | 'swap' | 'text';
  readonly location: number;
  readonly value: number;
  readonly isSummed: boolean;
}

const spoils = fc.array(
  fc.record<Spoil>({
    archive: fc.nat(VALID.length - 1),
    kind: fc.constantFrom('byte', 'byte', 'byte', 'bit', 'bit', 'cut', 'drop', 'double', 'swap', 'text'),
    location: fc.nat(20_000),
    value: fc.nat(255),
    isSummed: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);

const TEXTS = [
  '../',
  '/',
  '\0',
  '\n',
  '99999999999',
  '-1',
  '12 path=a/b\n',
  '\x80',
  '8',
  'x',
  'L',
  '2',
  '1',
  'S',
  '5',
  '7',
];

function spoil(changes: readonly Spoil[]): Buffer {
  let bytes = Buffer.from(VALID[changes[0]?.archive ?? 0] ?? '');
  for (const { kind, location, value, isSummed } of changes) {
    const at = location % Math.max(1, bytes.length);
    const block = at - (at % 512);
    if (kind === 'byte') bytes[at] = value;
    else if (kind === 'bit') bytes[at] = (bytes[at] ?? 0) ^ (1 << (value % 8));
    else if (kind === 'text') bytes.write(TEXTS[value % TEXTS.length] ?? '', at, 'latin1');
    else if (kind === 'cut') bytes = bytes.subarray(0, at);
    else if (kind === 'drop') bytes = Buffer.concat([bytes.subarray(0, block), bytes.subarray(block + 512)]);
    else {
      const from = (value % Math.max(1, Math.ceil(bytes.length / 512))) * 512;
      const piece = bytes.subarray(from, from + 512);
      const after = kind === 'swap' ? block + 512 : block;
      bytes = Buffer.concat([bytes.subarray(0, block), piece, bytes.subarray(after)]);
    }
    const header = bytes.subarray(block, block + 512);
    const looksLikeHeader = header.length === 512 && header.toString('latin1', 257, 262) === 'ustar';
    if (isSummed && looksLikeHeader) sumUp(header);
  }
  return bytes;
}

/** What a reader says of chunks, as text. */
function readAll(bytes: Buffer, chunkSizes: readonly number[]): string {
  const output: string[] = [];
  let content = 0;
  const reader = new EntryReader(
    {
      begin: (found) => output.push(JSON.stringify(found)),
      content: (piece) => {
        content = piece.reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, content);
      },
      hole: (size) => output.push(`hole ${size}`),
      end: () => output.push(`end ${content}`),
    },
    2 ** 28,
  );
  try {
    for (let at = 0, index = 0; at < bytes.length; index++) {
      const size = chunkSizes[index % chunkSizes.length] ?? 512;
      reader.take(bytes.subarray(at, at + size));
      at += size;
    }
    reader.end();
  } catch (error) {
    assert.ok(error instanceof RefusedEntry || error instanceof DamagedArchive, (error as Error).stack);
    output.push(error.message);
  }
  return output.join('\n');
}

test(`the reader says the same however an archive is cut into chunks, and nothing breaks it (${SEED_NOTE})`, () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(spoils, sizes, (changes, chunkSizes) => {
      const bytes = spoil(changes);
      assert.equal(readAll(bytes, chunkSizes), readAll(bytes, [bytes.length + 1]));
    }),
    seeded(IN_MEMORY_RUNS),
  );
});

// As `treeOf`, of what Python's tarfile finds in an archive.
const PYTHON_TREES = `
import hashlib, os, tarfile
def tree(name):
    found = {}
    raw = lambda text: os.fsencode(text).decode('latin-1')
    def parts(text): return '/'.join(part for part in raw(text).split('/') if part not in ('', '.'))
    with tarfile.open(name, 'r:') as archive:
        for member in archive:
            path = parts(member.name)
            if not path: continue
            folders = path.split('/')[:-1]
            for i in range(len(folders)): found.setdefault('/'.join(folders[:i + 1]), 'folder')
            if member.isdir(): found[path] = 'folder'
            elif member.issym(): found[path] = 'link ' + raw(member.linkname)
            elif member.islnk(): found[path] = found.get(parts(member.linkname), '?')
            else:
                content = archive.extractfile(member).read()
                found[path] = 'file %d %s' % (len(content), hashlib.sha1(content).hexdigest())
    return found
answers = []
for name in cases:
    try: answers.append(tree(name))
    except Exception as error: answers.append({'error': repr(error)})
`;

test(`a spoilt archive is unpacked as Python or GNU tar unpack it, or refused whole (${SEED_NOTE})`, {
  skip: whyNoPython,
}, async (t) => {
  const base = temporaryFolder(t);
  const unpacked: Array<{ readonly file: string; readonly tree: Record<string, string> }> = [];
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(spoils, async (changes) => {
      const file = join(base, `${runs++}.tar`);
      const dir = join(base, 'out');
      writeFileSync(file, spoil(changes));
      if (await isUnpacked(file, dir)) unpacked.push({ file, tree: treeOf(dir) });
      else rmSync(file);
      assert.deepEqual(
        readdirSync(base).filter((name) => !name.endsWith('.tar') && name !== 'out'),
        [],
      );
      rmSync(dir, { recursive: true, force: true });
    }),
    seeded(DISK_RUNS),
  );
  assert.ok(unpacked.length > DISK_RUNS / 20, `only ${unpacked.length} could be unpacked`);
  const trees = askPython(
    PYTHON_TREES,
    unpacked.map(({ file }) => file),
  ) as Array<Record<string, string>>;
  for (const [index, { file, tree }] of unpacked.entries()) {
    if (!isSame(tree, trees[index] ?? {}))
      assert.deepEqual(tree, gnuTree(file), `${file}, and ${JSON.stringify(trees[index])}`);
  }
});

/** Whether it could be unpacked; whatever else than a refusal happens is a failure. */
async function isUnpacked(file: string, dir: string): Promise<boolean> {
  const start = performance.now();
  try {
    await unpackArchive(file, dir);
    return true;
  } catch (error) {
    assert.ok(isOptmlError(error) && error.code === 'ARCHIVE_INVALID', (error as Error).stack);
    return false;
  } finally {
    assert.ok(performance.now() - start < HANG_MS, `${file} took ${performance.now() - start} ms`);
  }
}

function isSame(a: Record<string, string>, b: Record<string, string>): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}

function gnuTree(file: string): Record<string, string> {
  const dir = `${file}-gnu`;
  mkdirSync(dir);
  spawnSync('tar', ['xf', file, '-C', dir]);
  return treeOf(dir);
}

test(`a spoilt gzip stream is never unpacked to something else (${SEED_NOTE})`, async (t) => {
  const base = temporaryFolder(t);
  const whole = gzipSync(VALID[0] ?? '');
  const file = join(base, 'archive');
  writeFileSync(file, whole);
  await unpackArchive(file, join(base, 'out'));
  const tree = treeOf(join(base, 'out'));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (at, mask, isCut) => {
        const bytes = Buffer.from(isCut ? whole.subarray(0, at) : whole);
        if (!isCut) bytes[at] = (bytes[at] ?? 0) ^ mask;
        rmSync(join(base, 'out'), { recursive: true, force: true });
        writeFileSync(file, bytes);
        // Bytes of the header, such as the time, change nothing.
        if (await isUnpacked(file, join(base, 'out'))) assert.deepEqual(treeOf(join(base, 'out')), tree);
        else assert.deepEqual(readdirSync(base), ['archive']);
      },
    ),
    seeded(GZIP_RUNS),
  );
});
