// What goes wrong around an archive: files that change, disks that are full, rights that are missing, memory.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { packDirectory, unpackArchive } from '../../src/archive/lazy-archive.ts';
import { bytesOf, rawName } from '../../src/job-tree/raw-name.ts';
import { withDisk } from '../support/disks.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { END, entry } from '../support/tar-blocks.ts';

const MB = 1024 * 1024;
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

function folders(t: TestContext): { readonly base: string; readonly model: string; readonly file: string } {
  const base = temporaryFolder(t);
  mkdirSync(join(base, 'model'));
  mkdirSync(join(base, 'out'));
  return { base, model: join(base, 'model'), file: join(base, 'out', 'model.tar.gz') };
}

/** Packs two files, and does something to them when the first piece of the first has been read. */
async function packWhile(t: TestContext, act: (model: string) => void) {
  const { model, file } = folders(t);
  writeFileSync(join(model, 'a-big'), Buffer.alloc(3 * MB, 'a'));
  writeFileSync(join(model, 'b\nsmall'), 'b');
  let isDone = false;
  const packing = packDirectory(model, file, {
    onProgress: () => {
      if (!isDone) act(model);
      isDone = true;
    },
  });
  const error = await packing.then(
    () => assert.fail('it was packed'),
    (reason: unknown) => reason as { readonly code: string; readonly message: string },
  );
  assert.deepEqual(readdirSync(join(file, '..')), [], 'nothing is left');
  assert.equal(error.code, 'PACKAGING_FAILED');
  return error.message;
}

test('a file that vanishes before it is read is an error that names it, in print', async (t) => {
  const message = await packWhile(t, (model) => rmSync(join(model, 'b\nsmall')));
  assert.match(message, /model\/b\\x0asmall changed while it was being packed: it was listed, then gone$/);
});

test('a file that grows, shrinks or is written to while it is read is an error that names it', async (t) => {
  const grown = await packWhile(t, (model) => appendFileSync(join(model, 'a-big'), 'more'));
  assert.match(grown, /model\/a-big changed while it was being packed: 3145728 bytes, then 3145732$/);
  const shrunk = await packWhile(t, (model) => truncateSync(join(model, 'a-big'), 100));
  assert.match(shrunk, /model\/a-big changed while it was being packed: 3145728 bytes, then \d+$/);
  const rewritten = await packWhile(t, (model) => writeFileSync(join(model, 'a-big'), Buffer.alloc(3 * MB, 'b')));
  assert.match(rewritten, /model\/a-big changed while it was being packed: /);
});

test('sockets and FIFOs with odd names are skipped, and told in print', async (t) => {
  const { model, file } = folders(t);
  writeFileSync(join(model, 'a'), 'a');
  const server = createServer();
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(join(model, 'sock\x1b[2Jet'), resolve));
  assert.equal(spawnSync('mkfifo', [join(model, 'fi\nfo')]).status, 0);
  const warnings: string[] = [];
  const { entries } = await packDirectory(model, file, { warn: (message) => warnings.push(message) });
  const expected = ['fi\\x0afo', 'sock\\x1b[2Jet'].map(
    (name) => `${join(model, name)} is a socket, FIFO or device: not packed`,
  );
  assert.deepEqual([entries, warnings], [1, expected]);
});

/** Runs a script against the built library, as another user where we may, and gives what it prints. */
function runScript(script: string, variables: NodeJS.ProcessEnv, user?: number): string {
  // The process that loads the library must be able to read it; who uses it need not.
  const become = user === undefined ? '' : `process.setgid(${user}); process.setuid(${user});`;
  const text = `
    import { packDirectory, unpackArchive } from ${JSON.stringify(join(ROOT, 'dist', 'index.js'))};
    const { BASE = '' } = process.env;
    const attempt = (promise) => promise.catch((error) => console.log(error.code + ': ' + error.message));
    // Loads what is loaded at its first use.
    await packDirectory(BASE + '/none', BASE + '/none.tar.gz').then(() => unpackArchive(BASE + '/none.tar.gz', BASE + '/none')).catch(() => undefined);
    ${become}
    ${script}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...variables },
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

test('an unreadable file or folder is an error that names it', {
  skip: !isRoot && 'SKIPPED: only root can become another user',
}, (t) => {
  const { base, model } = folders(t);
  const out = join(base, 'out');
  for (const dir of [base, out]) chmodSync(dir, 0o777);
  mkdirSync(join(model, 'locked'));
  writeFileSync(join(model, 'secret\x07'), 'x');
  chmodSync(join(model, 'locked'), 0o700);
  chmodSync(join(model, 'secret\x07'), 0o600);
  const script = "await attempt(packDirectory(BASE + '/model', BASE + '/out/model.tar.gz'));";
  assert.match(
    runScript(script, { BASE: base }, NOBODY),
    /^PACKAGING_FAILED: packing \S+ failed: EACCES: .*model\/locked'\n$/,
  );
  rmSync(join(model, 'locked'), { recursive: true });
  assert.match(
    runScript(script, { BASE: base }, NOBODY),
    /^PACKAGING_FAILED: packing \S+ failed: EACCES: .*model\/secret\\x07'\n$/,
  );
  assert.deepEqual(readdirSync(out), []);
});

test('another user unpacks a tree whose folders are closed, and can remove what was begun', {
  skip: !isRoot && 'SKIPPED: only root can become another user',
}, (t) => {
  const { base } = folders(t);
  for (const dir of [base, join(base, 'out')]) chmodSync(dir, 0o777);
  const closed = [
    entry({ name: 'd/', type: '5', mode: 0 }),
    entry({ name: 'd/e/', type: '5', mode: 0 }),
    entry({ name: 'd/e/f', mode: 0 }, 'x'),
  ];
  writeFileSync(join(base, 'good.tar'), Buffer.concat([...closed, END]), { mode: 0o644 });
  writeFileSync(join(base, 'bad.tar'), Buffer.concat([...closed, entry({ name: '../x' }), END]), { mode: 0o644 });
  const script = `
    for (const name of ['good', 'bad']) await attempt(unpackArchive(BASE + '/' + name + '.tar', BASE + '/out/' + name));`;
  assert.match(
    runScript(script, { BASE: base }, NOBODY),
    /^ARCHIVE_INVALID: \S+bad\.tar holds .*"\.\.\/x" leads out of the folder\n$/,
  );
  assert.deepEqual(readdirSync(join(base, 'out')), ['good']);
  assert.equal(readFileSync(join(base, 'out', 'good', 'd', 'e', 'f'), 'utf8'), 'x');
});

test('a disk that is full while unpacking is an error that names it, and nothing is left', async (t) => {
  const { base, model, file } = folders(t);
  writeFileSync(join(model, 'a'), 'a');
  writeFileSync(bytesOf(`${rawName(model)}/raw-\xe9`), Buffer.alloc(4 * MB, 'raw'));
  await packDirectory(model, file);
  mkdirSync(join(base, 'disk'));
  await withDisk(t, join(base, 'disk'), 'size=2m', async () => {
    for (const dir of ['disk', 'disk/new']) {
      await assert.rejects(unpackArchive(file, join(base, dir)), {
        code: 'DISK_WRITE_FAILED',
        message: `${file} could not be unpacked: the disk is full`,
        fix: /VolumeSizeInGB.*On your own machine, free space on the disk/,
      });
      assert.deepEqual(readdirSync(join(base, 'disk')), []);
    }
  });
});

test('a disk that is full while packing is an error that names it, and nothing is left', async (t) => {
  const { base, model } = folders(t);
  writeFileSync(
    join(model, 'noise'),
    spawnSync('head', ['-c', `${3 * MB}`, '/dev/urandom'], { maxBuffer: 4 * MB }).stdout,
  );
  mkdirSync(join(base, 'disk'));
  await withDisk(t, join(base, 'disk'), 'size=1m', async () => {
    await assert.rejects(packDirectory(model, join(base, 'disk', 'model.tar.gz')), {
      code: 'PACKAGING_FAILED',
      fix: /^The disk is full: /,
    });
    assert.deepEqual(readdirSync(join(base, 'disk')), []);
  });
});

test('memory stays below 200 MB, however large a file is', (t) => {
  const { base, model } = folders(t);
  writeFileSync(join(model, 'zeros'), 'start');
  truncateSync(join(model, 'zeros'), 1024 * MB);
  const script = `
    await packDirectory(BASE + '/model', BASE + '/out/model.tar.gz');
    const { bytes } = await unpackArchive(BASE + '/out/model.tar.gz', BASE + '/copy');
    console.log(bytes, process.resourceUsage().maxRSS / 1024);`;
  const [bytes, mebibytes] = runScript(script, { BASE: base }).split(' ').map(Number);
  assert.equal(bytes, 1024 * MB);
  assert.ok((mebibytes ?? Number.NaN) < 200, `it took ${mebibytes} MiB`);
});

test('memory stays below 200 MB, whatever an archive says', (t) => {
  const { base } = folders(t);
  const blocks = Array.from({ length: 40_000 }, (_, i) => entry({ name: `${'d'.repeat(80)}/${i % 200}/${i}` }));
  writeFileSync(join(base, 'many.tar'), Buffer.concat([...blocks, entry({ name: '/' }), END]));
  const script = `
    await attempt(unpackArchive(BASE + '/many.tar', BASE + '/copy', { maxEntries: 30_000 }));
    console.log(process.resourceUsage().maxRSS / 1024);`;
  const [refused, mebibytes] = runScript(script, { BASE: base }).split('\n');
  assert.match(refused ?? '', /is one more than 30000 entries, the limit$/);
  assert.ok(Number(mebibytes) < 200, `it took ${mebibytes} MiB`);
});
