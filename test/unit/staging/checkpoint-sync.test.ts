import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { before, suite, type TestContext, test } from 'node:test';
import { type CheckpointStore, folderStore } from '../../../src/staging/checkpoint-store.ts';
import { syncCheckpoints } from '../../../src/staging/checkpoint-sync.ts';
import { waitFor } from '../../support/processes.ts';

const IS_ROOT = process.getuid?.() === 0;
const POLL_MS = 10;

function makeFolders(t: TestContext) {
  const base = mkdtempSync('/tmp/optml-checkpoints-');
  t.after(() => rmSync(base, { recursive: true, force: true }));
  chmodSync(base, 0o777);
  const [dir, kept] = [join(base, 'checkpoints'), join(base, 'kept')];
  for (const folder of [dir, kept]) mkdirSync(folder);
  for (const folder of [dir, kept]) chmodSync(folder, 0o777);
  return { dir, kept };
}

async function start(dir: string, store: CheckpointStore, signal = new AbortController().signal) {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const sync = await syncCheckpoints([{ mlDir: dirname(dir), workDir: dirname(dirname(dir)) }], store, {
    warn,
    signal,
    pollMs: POLL_MS,
  });
  return { sync, warnings };
}

/** From now on, to the end of the test, this process has the rights of a plain user. */
function becomePlainUser(t: TestContext): void {
  process.setegid?.(65_534);
  process.seteuid?.(65_534);
  t.after(becomeRoot);
}

function becomeRoot(): void {
  process.seteuid?.(0);
  process.setegid?.(0);
}

// The runner's own files are opened as the tests begin, by threads that would become plain users too.
async function reportsAreOpen(): Promise<void> {
  const option = '--test-reporter-destination=';
  const files = process.execArgv
    .filter((word) => word.startsWith(`${option}/`))
    .map((word) => word.slice(option.length));
  await waitFor('the files of the report', () => files.every((file) => existsSync(file)));
}

suite('keeping checkpoints', () => {
  before(reportsAreOpen);

  test('a folder that cannot be read is named once at the end, and the other files are kept', {
    skip: !IS_ROOT && 'it takes root to make files of another user',
  }, async (t) => {
    const { dir, kept } = makeFolders(t);
    // As a container's root makes it: it can be listed, but its files cannot be looked at.
    mkdirSync(join(dir, 'roots'), { mode: 0o744 });
    writeFileSync(join(dir, 'roots', 'weights'), 'w');
    becomePlainUser(t);
    const { sync, warnings } = await start(dir, folderStore(kept));
    writeFileSync(join(dir, 'mine'), 'm');
    await waitFor('the file that can be read', () => readdirSync(kept).includes('mine'));
    await sync.finish();
    becomeRoot();
    assert.deepEqual(readdirSync(kept), ['mine']);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^Checkpoints that could not be kept: roots\/weights \(EACCES: .*\)$/);
  });

  test('a kept file whose folder becomes unreadable is not taken for deleted', {
    skip: !IS_ROOT && 'it takes root to make files of another user',
  }, async (t) => {
    const { dir, kept } = makeFolders(t);
    mkdirSync(join(dir, 'epoch'), { mode: 0o755 });
    becomePlainUser(t);
    const { sync } = await start(dir, folderStore(kept));
    becomeRoot();
    writeFileSync(join(dir, 'epoch', 'weights'), 'w');
    await waitFor('the checkpoint', () => existsSync(join(kept, 'epoch', 'weights')));
    chmodSync(join(dir, 'epoch'), 0o700);
    process.setegid?.(65_534);
    process.seteuid?.(65_534);
    await sync.finish();
    becomeRoot();
    assert.equal(readFileSync(join(kept, 'epoch', 'weights'), 'utf8'), 'w');
  });

  test('links are not followed, and one warning names them', async (t) => {
    const { dir, kept } = makeFolders(t);
    const { sync, warnings } = await start(dir, folderStore(kept));
    mkdirSync(join(dir, 'epoch'));
    for (const name of ['link', 'epoch/\u001b[2K']) symlinkSync('/etc/passwd', join(dir, name));
    await sync.finish();
    assert.deepEqual(readdirSync(kept), []);
    const expected = 'Links among the checkpoints are not followed, and not kept: "epoch/\\x1b[2K", "link"';
    assert.deepEqual(warnings, [expected]);
  });

  test('a file that the store refuses is named with the reason, the next is kept', async (t) => {
    const { dir, kept } = makeFolders(t);
    const store = folderStore(kept);
    const refusing: CheckpointStore = {
      ...store,
      save: (file, path, signal) =>
        path === 'a' ? Promise.reject(new Error('refused')) : store.save(file, path, signal),
    };
    const { sync, warnings } = await start(dir, refusing);
    for (const name of ['a', 'b']) writeFileSync(join(dir, name), name);
    await sync.finish();
    assert.deepEqual(readdirSync(kept), ['b']);
    assert.deepEqual(warnings, ['Checkpoints that could not be kept: a (refused)']);
  });

  test('a file or its folder that becomes a link before its turn is not followed', async (t) => {
    const { dir, kept } = makeFolders(t);
    const outside = join(dirname(dir), 'outside');
    mkdirSync(outside);
    for (const name of ['y', 'z']) writeFileSync(join(outside, name), 'secret');
    const store = folderStore(kept);
    const swapping: CheckpointStore = {
      ...store,
      save: async (file, path, signal) => {
        if (path === 'a') {
          for (const name of ['sub', 'z']) rmSync(join(dir, name), { recursive: true });
          symlinkSync(outside, join(dir, 'sub'));
          symlinkSync(join(outside, 'z'), join(dir, 'z'));
        }
        await store.save(file, path, signal);
      },
    };
    const { sync, warnings } = await start(dir, swapping);
    mkdirSync(join(dir, 'sub'));
    for (const name of ['a', 'sub/y', 'z']) writeFileSync(join(dir, name), 'own');
    await sync.finish();
    assert.deepEqual(readdirSync(kept), ['a']);
    assert.match(warnings.at(-1) ?? '', /^Checkpoints that could not be kept: sub\/y \(ENOTDIR\); z \(ELOOP\)$/);
  });

  test('aborting ends the last pass, and a warning reports it', async (t) => {
    const { dir, kept } = makeFolders(t);
    const controller = new AbortController();
    const { sync, warnings } = await start(dir, folderStore(kept), controller.signal);
    writeFileSync(join(dir, 'late'), 'l');
    controller.abort(new Error('ended'));
    await sync.finish();
    assert.deepEqual(readdirSync(kept), []);
    assert.deepEqual(warnings, ['The last checkpoints may be missing: a second stop ended their copy']);
  });

  test('listing a large folder lets other work run', async (t) => {
    const { dir, kept } = makeFolders(t);
    for (let count = 0; count < 2000; count++) writeFileSync(join(dir, `${count}`), '');
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const { sync } = await start(dir, folderStore(kept));
    clearInterval(timer);
    await sync.finish();
    assert.ok(turns > 0, 'no timer could fire meanwhile');
  });
});
