import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { list, type ReadEntry } from 'tar';
import { ChunkPool } from '../../../../src/archive/chunk-pool.ts';
import { packDirectory, unpackArchive } from '../../../../src/archive/lazy-archive.ts';
import { archiveChunks } from '../../../../src/archive/pack/archive-chunks.ts';
import { packDirectory as packTree } from '../../../../src/archive/pack/pack.ts';
import { JobFolder } from '../../../../src/job-tree/job-folder.ts';
import { writeFiles } from '../../../support/fakes.ts';
import { temporaryFolder } from '../../../support/job.ts';

function folders(t: TestContext): { readonly dir: string; readonly file: string } {
  const base = temporaryFolder(t);
  mkdirSync(join(base, 'model'));
  return { dir: join(base, 'model'), file: join(base, 'out', 'model.tar.gz') };
}

async function entriesOf(file: string): Promise<readonly ReadEntry[]> {
  const entries: ReadEntry[] = [];
  await list({ file, strict: true, onReadEntry: (entry) => entries.push(entry) });
  return entries;
}

const namesOf = async (file: string) => (await entriesOf(file)).map((entry) => String(entry.path));

test('the content of the folder stands at the root of the archive, sorted by code point (C53)', async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { 'b.bin': 'b', 'A/z': '', 'A/\u{1f600}': 'x', 'A/\ufffd': 'y', '.hidden': 'h' });
  const result = await packDirectory(dir, file);
  assert.deepEqual(await namesOf(file), ['.hidden', 'A/', 'A/z', 'A/\ufffd', 'A/\u{1f600}', 'b.bin']);
  assert.deepEqual(result, { entries: 6, bytes: readFileSync(file).length });
});

test('what is unpacked equals what was packed: bytes of any size, long and foreign names, modes, links', async (t) => {
  const { dir, file } = folders(t);
  const long = `${'d'.repeat(120)}/${'n'.repeat(150)}.bin`;
  const sizes = [0, 1, 511, 512, 513, 256 * 1024, 256 * 1024 + 1];
  const contents = Object.fromEntries(sizes.map((size) => [`size-${size}`, Buffer.alloc(size, `${size}é`)]));
  writeFiles(dir, { ...contents, [long]: 'long', 'größe/数.txt': 'names' });
  chmodSync(join(dir, 'size-1'), 0o755);
  symlinkSync('size-1', join(dir, 'link'));
  symlinkSync(`../${'t'.repeat(200)}`, join(dir, 'größe', 'dangling'));
  await packDirectory(dir, file);
  // By the system's own tar, so that a mistake of reader and writer cannot cancel out.
  const target = temporaryFolder(t);
  assert.equal(spawnSync('tar', ['xzf', file, '-C', target]).status, 0);
  const compare = spawnSync('diff', ['-r', '--no-dereference', dir, target], { encoding: 'utf8' });
  assert.equal(compare.status, 0, compare.stdout + compare.stderr);
  const modes = (await entriesOf(file))
    .filter((entry) => /^size-[01]$/.test(String(entry.path)))
    .map((entry) => entry.mode);
  assert.deepEqual(modes, [0o644, 0o755]);
});

test('owners are normalised, times are whole seconds of the file', async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { a: 'a' });
  utimesSync(join(dir, 'a'), 1_700_000_000.75, 1_700_000_000.75);
  await packDirectory(dir, file);
  const [entry] = await entriesOf(file);
  assert.deepEqual([entry?.uid, entry?.gid, entry?.mtime?.getTime()], [0, 0, 1_700_000_000_000]);
});

test('a file with two names is stored once, the second as a hard link', async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { 'a/first': 'content' });
  linkSync(join(dir, 'a', 'first'), join(dir, 'second'));
  await packDirectory(dir, file);
  const entries = await entriesOf(file);
  assert.deepEqual(entries.map(({ path, type, linkpath }) => [path, type, linkpath]).slice(1), [
    ['a/first', 'File', undefined],
    ['second', 'Link', 'a/first'],
  ]);
  const target = temporaryFolder(t);
  await unpackArchive(file, target);
  assert.equal(readFileSync(join(target, 'second'), 'utf8'), 'content');
});

test('the archive itself is left out where it lies inside of the folder, so is what is excluded', async (t) => {
  const { dir } = folders(t);
  writeFiles(dir, { a: 'a', 'model.tar.gz': 'of an earlier run', 'output.tar.gz': 'the other' });
  await packDirectory(dir, join(dir, 'model.tar.gz'), { exclude: [join(dir, 'output.tar.gz')] });
  assert.deepEqual(await namesOf(join(dir, 'model.tar.gz')), ['a']);
  assert.deepEqual(readdirSync(dir), ['a', 'model.tar.gz', 'output.tar.gz'], 'nothing unfinished is left');
});

test('a folder that the user names by a link is packed; the archive that is written into it is left out', async (t) => {
  const { dir } = folders(t);
  writeFiles(dir, { a: 'a' });
  symlinkSync('model', join(dir, '..', 'link'));
  for (const file of [join(dir, 'model.tar.gz'), join(dir, '..', 'link', 'model.tar.gz')]) {
    await packDirectory(join(dir, '..', 'link'), file);
    assert.deepEqual(await namesOf(file), ['a']);
  }
});

test("a link in place of a job's folder is an error that names it, and nothing is written", async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { a: 'a' });
  symlinkSync('model', join(dir, '..', 'link'));
  const settings = { variables: process.env, isOfJob: true };
  await assert.rejects(packTree(join(dir, '..', 'link'), file, settings), {
    code: 'PACKAGING_FAILED',
    where: join(dir, '..', 'link'),
    message: /\/link is a symbolic link, which is not followed: nothing is packed$/,
  });
  assert.throws(() => readFileSync(file), { code: 'ENOENT' });
  await packTree(dir, file, settings);
  assert.deepEqual(await namesOf(file), ['a']);
});

test('an open folder is packed wherever it was moved, and stays open', async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { 'a/b': 'b' });
  const folder = JobFolder.open(dir);
  t.after(() => folder.close());
  renameSync(dir, `${dir}-moved`);
  mkdirSync(dir);
  await packTree(folder, file, { variables: process.env });
  assert.deepEqual(await namesOf(file), ['a/', 'a/b']);
  assert.deepEqual(folder.names(), ['a']);
});

test('the archive that is being written is left out under any name', async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { a: 'a', 'b/c': 'c' });
  const onProgress = () => {
    const [partial = ''] = readdirSync(join(file, '..'));
    // The folder is listed afterwards.
    if (!existsSync(join(dir, 'b', 'archive'))) linkSync(join(file, '..', partial), join(dir, 'b', 'archive'));
  };
  await packDirectory(dir, file, { onProgress });
  assert.ok(existsSync(join(dir, 'b', 'archive')));
  assert.deepEqual(await namesOf(file), ['a', 'b/', 'b/c']);
});

test('a link that takes the name of the unfinished archive does not become the archive', async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { a: 'a', secret: 'secret' });
  const out = join(file, '..');
  const onProgress = () => {
    for (const name of readdirSync(out)) {
      rmSync(join(out, name));
      symlinkSync(join(dir, 'secret'), join(out, name));
    }
  };
  await assert.rejects(packDirectory(dir, file, { onProgress }), {
    code: 'PACKAGING_FAILED',
    message: /replaced by a link/,
  });
  assert.deepEqual(readdirSync(out), []);
  assert.equal(readFileSync(join(dir, 'secret'), 'utf8'), 'secret');
});

test('an empty folder, and one that is not there, give a valid empty archive', async (t) => {
  const { dir, file } = folders(t);
  for (const folder of [dir, join(dir, 'none')]) {
    const { entries, bytes } = await packDirectory(folder, file);
    assert.equal(entries, 0);
    assert.equal(bytes, readFileSync(file).length);
    assert.deepEqual(gunzipSync(readFileSync(file)), Buffer.alloc(1024));
    const { status, stdout } = spawnSync('tar', ['tzf', file], { encoding: 'utf8' });
    assert.deepEqual([status, stdout], [0, '']);
  }
});

test('with skipEmpty nothing is written for an empty folder', async (t) => {
  const { dir, file } = folders(t);
  assert.deepEqual(await packDirectory(dir, file, { skipEmpty: true }), { entries: 0, bytes: 0 });
  assert.throws(() => readFileSync(file), { code: 'ENOENT' });
});

test('a socket or FIFO is left out with a warning', async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { a: 'a' });
  const server = createServer();
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(join(dir, 'socket'), resolve));
  assert.equal(spawnSync('mkfifo', [join(dir, 'fifo')]).status, 0);
  const warnings: string[] = [];
  await packDirectory(dir, file, { warn: (message) => warnings.push(message) });
  assert.deepEqual(await namesOf(file), ['a']);
  assert.deepEqual(
    warnings,
    ['fifo', 'socket'].map((name) => `${join(dir, name)} is a socket, FIFO or device: not packed`),
  );
});

test('of many entries that are left out, a hundred are named and the others counted', async (t) => {
  const { dir, file } = folders(t);
  const fifos = Array.from({ length: 120 }, (_, i) => join(dir, `fifo-${i}`));
  assert.equal(spawnSync('mkfifo', fifos).status, 0);
  const warnings: string[] = [];
  const { entries } = await packDirectory(dir, file, { warn: (message) => warnings.push(message) });
  assert.deepEqual(
    [entries, warnings.length, warnings.at(-1)],
    [0, 101, '20 more sockets, FIFOs or devices: not packed'],
  );
});

test('an archive of an earlier run is replaced only by a whole one', async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { a: 'a' });
  await packDirectory(dir, file);
  const before = readFileSync(file);
  const giveUp = AbortSignal.abort();
  await assert.rejects(packDirectory(dir, file, { signal: giveUp }), { code: 'PACKAGING_GIVEN_UP' });
  assert.deepEqual(readFileSync(file), before);
  assert.deepEqual(readdirSync(join(file, '..')), ['model.tar.gz']);
});

test('packing that is given up half way leaves nothing behind, and the files as they are', async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { big: Buffer.alloc(1024 * 1024), 'z-last': 'z' });
  truncateSync(join(dir, 'big'), 4 * 1024 ** 3);
  const giveUp = new AbortController();
  const packing = packDirectory(dir, file, { signal: giveUp.signal });
  setTimeout(() => giveUp.abort(), 50);
  await assert.rejects(packing, {
    code: 'PACKAGING_GIVEN_UP',
    message: `packing ${dir} was given up: the time to stop was over`,
    fix: /untouched/,
  });
  assert.deepEqual(readdirSync(join(file, '..')), []);
  assert.deepEqual(readdirSync(dir), ['big', 'z-last']);
});

test('the progress tells after half a second how much there is', async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { 'a/small': 'small', big: '' });
  truncateSync(join(dir, 'big'), 8 * 1024 ** 3);
  const giveUp = new AbortController();
  const totals = new Set<number | undefined>();
  const onProgress = (done: number, total: number | undefined) => {
    totals.add(total);
    assert.ok(total === undefined || done <= total);
    if (total !== undefined) giveUp.abort();
  };
  await assert.rejects(packDirectory(dir, file, { onProgress, signal: giveUp.signal }), { code: 'PACKAGING_GIVEN_UP' });
  assert.deepEqual([...totals], [undefined, 8 * 1024 ** 3 + 5]);
});

test('other work goes on while many entries without content are packed', async (t) => {
  const { dir } = folders(t);
  for (let i = 0; i < 1500; i++) writeFileSync(join(dir, `${i}`), '');
  const folder = JobFolder.open(dir);
  t.after(() => folder.close());
  const nothing = () => undefined;
  const walk = {
    folder,
    isLeftOut: () => false,
    latestSeconds: undefined,
    warn: nothing,
    onBytes: nothing,
    entries: 0,
  };
  let isOtherDone = false;
  setImmediate(() => {
    isOtherDone = true;
  });
  await archiveChunks({ ...walk, pool: new ChunkPool() }).next();
  assert.ok(isOtherDone);
});

test('a file that changes while it is packed is an error, not a damaged archive', async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { big: Buffer.alloc(1024) });
  truncateSync(join(dir, 'big'), 512 * 1024 ** 2);
  const packing = packDirectory(dir, file);
  setTimeout(() => truncateSync(join(dir, 'big'), 1024), 50);
  await assert.rejects(packing, {
    code: 'PACKAGING_FAILED',
    message: /^.*\/big changed while it was being packed: 536870912 bytes, then \d+$/,
  });
  assert.deepEqual(readdirSync(join(file, '..')), []);
});

test('a destination that cannot be written is an error that names it', async (t) => {
  const { dir } = folders(t);
  writeFileSync(join(dir, 'a'), '');
  await assert.rejects(packDirectory(dir, join(dir, 'a', 'model.tar.gz')), {
    code: 'PACKAGING_FAILED',
    message: new RegExp(`^packing ${dir} failed: `),
  });
});

test('an unreadable file is an error that names it', {
  skip: process.getuid?.() === 0 && 'SKIPPED: root reads every file',
}, async (t) => {
  const { dir, file } = folders(t);
  writeFiles(dir, { locked: 'x' });
  chmodSync(join(dir, 'locked'), 0);
  await assert.rejects(packDirectory(dir, file), { code: 'PACKAGING_FAILED', where: join(dir, 'locked') });
});
