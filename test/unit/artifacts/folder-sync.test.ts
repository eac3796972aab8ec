import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { appendFileSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readState } from '../../../src/artifacts/folder-files.ts';
import { FolderSync } from '../../../src/artifacts/folder-sync.ts';
import { CONCURRENCY } from '../../../src/artifacts/upload-queue.ts';
import { OptmlError } from '../../../src/errors/error.ts';
import { makeLog } from '../../../src/log/log.ts';
import type { OpenFiles } from '../../../src/process/open-files.ts';
import { writeFiles } from '../../support/fakes.ts';
import { temporaryFolder } from '../../support/job.ts';
import { waitFor } from '../../support/processes.ts';
import { StandInStorage } from '../../support/stand-in-storage.ts';

const NOTHING_OPEN: OpenFiles = { ids: new Set(), isComplete: true };

function makeSync(t: TestContext, openFiles: () => OpenFiles = () => NOTHING_OPEN) {
  const dir = temporaryFolder(t);
  const storage = new StandInStorage();
  const log: string[] = [];
  const giveUp = new AbortController();
  const clock = { nowMs: 1_000_000 };
  const opening = { times: 0, error: undefined as Error | undefined };
  const sync = new FolderSync({
    dir,
    target: { bucket: 'b', key: 'k/' },
    open: async () => {
      opening.times += 1;
      if (opening.error !== undefined) throw opening.error;
      return storage;
    },
    log: makeLog(20, (level, message) => log.push(`${level}: ${message}`)),
    signal: giveUp.signal,
    openFiles: async () => openFiles(),
    now: () => clock.nowMs,
  });
  /** One look, after the clock of the file system has gone on, and all that follows from it. */
  const look = async () => {
    await sleep(60);
    await sync.poll();
    await sync.settled();
  };
  return { dir, storage, log, giveUp, clock, opening, sync, look };
}

const refused = () => new OptmlError('S3_REFUSED', 'access denied', { fix: 'Allow s3:PutObject.' });
const broken = () => new OptmlError('S3_FAILED', 'the connection broke');

test('a file is uploaded under its path below the folder, once', async (t) => {
  const { dir, storage, sync, look } = makeSync(t);
  writeFiles(dir, { a: 'one', 'x/y/odd #?%é': 'two', empty: '' });
  await look();
  await look();
  assert.deepEqual([...storage.begun].sort(), ['k/a', 'k/empty', 'k/x/y/odd #?%é']);
  assert.deepEqual([storage.text('k/a'), storage.text('k/x/y/odd #?%é'), storage.text('k/empty')], ['one', 'two', '']);
  assert.deepEqual(sync.result(), { uploaded: 3, uploadedBytes: 6, removed: 0, missing: [] });
});

test('S3 is not opened before there is something to upload, and only once', async (t) => {
  const { dir, opening, look } = makeSync(t);
  await look();
  assert.equal(opening.times, 0);
  writeFiles(dir, { a: '', b: '', c: '' });
  await look();
  assert.equal(opening.times, 1);
});

test('folders made later, files renamed in, linked in, copied over and rewritten are found', async (t) => {
  const { dir, storage, clock, look } = makeSync(t);
  const outside = temporaryFolder(t);
  writeFiles(outside, { renamed: 'renamed', linked: 'linked', target: 'target', 'folder/deep': 'deep' });
  writeFiles(dir, { rewritten: 'first', replaced: 'first' });
  await look();
  mkdirSync(join(dir, 'later'));
  renameSync(join(outside, 'renamed'), join(dir, 'later', 'renamed'));
  renameSync(join(outside, 'folder'), join(dir, 'folder'));
  linkSync(join(outside, 'linked'), join(dir, 'linked'));
  symlinkSync(join(outside, 'target'), join(dir, 'symlink'));
  writeFileSync(join(dir, 'rewritten'), 'again');
  writeFileSync(join(outside, 'new'), 'again');
  renameSync(join(outside, 'new'), join(dir, 'replaced'));
  clock.nowMs += 10_000;
  await look();
  assert.deepEqual(Object.fromEntries([...storage.objects].map(([key, content]) => [key, content.toString()])), {
    'k/rewritten': 'again',
    'k/replaced': 'again',
    'k/later/renamed': 'renamed',
    'k/folder/deep': 'deep',
    'k/linked': 'linked',
    'k/symlink': 'target',
  });
});

test('a file that is open for writing waits until it is closed', async (t) => {
  let open = NOTHING_OPEN;
  const { dir, storage, look } = makeSync(t, () => open);
  writeFiles(dir, { open: '1', closed: '2' });
  open = { ids: new Set([(await readState(join(dir, 'open')))?.id ?? '']), isComplete: true };
  await look();
  assert.deepEqual(storage.keys(), ['k/closed']);
  open = NOTHING_OPEN;
  await look();
  assert.deepEqual(storage.keys(), ['k/closed', 'k/open']);
});

test('many files are uploaded a few at the same time', async (t) => {
  const { dir, storage, sync, look } = makeSync(t);
  for (let i = 0; i < 500; i++) writeFileSync(join(dir, `${i}`), `${i}`);
  const begun = new EventEmitter();
  const areAllBusy = once(begun, String(CONCURRENCY));
  let uploads = 0;
  storage.onUpload = async () => {
    begun.emit(String(++uploads));
    await areAllBusy;
  };
  await look();
  assert.deepEqual([storage.objects.size, storage.mostAtOnce], [500, CONCURRENCY]);
  assert.equal(sync.result().uploaded, 500);
});

test('a file that is written again while it is uploaded is uploaded again', async (t) => {
  const { dir, storage, clock, sync, look } = makeSync(t);
  writeFiles(dir, { a: 'first' });
  storage.onUpload = async (_key, file) => {
    storage.onUpload = () => undefined;
    writeFileSync(file, 'second');
    throw broken();
  };
  await look();
  assert.equal(sync.result().missing[0]?.reason, 'it was written to while it was being uploaded');
  clock.nowMs += 1000;
  await look();
  assert.equal(storage.text('k/a'), 'second');
  assert.deepEqual(sync.result().missing, []);
});

test('a failed upload is tried again, later each time, with one warning; no other file waits for it', async (t) => {
  const { dir, storage, clock, log, look } = makeSync(t);
  writeFiles(dir, { bad: '1', good: '2' });
  storage.onUpload = (key) => {
    if (key === 'k/bad') throw broken();
  };
  await look();
  assert.deepEqual(storage.keys(), ['k/good']);
  const attempts = () => storage.begun.filter((key) => key === 'k/bad').length;
  for (const [ms, expected] of [
    [999, 1],
    [1, 2],
    [1999, 2],
    [1, 3],
    [4000, 4],
    [8000, 5],
    [16_000, 6],
    [30_000, 7],
    [30_000, 8],
  ] as const) {
    clock.nowMs += ms;
    await look();
    assert.equal(attempts(), expected);
  }
  storage.onUpload = () => undefined;
  clock.nowMs += 30_000;
  await look();
  assert.deepEqual(storage.keys(), ['k/bad', 'k/good']);
  assert.deepEqual(log, [
    'warn: Intermediate output: uploading fails, and is tried again later.\nInfrastructureError S3_FAILED: the connection broke',
  ]);
});

test('an S3 that is away is not asked for each of very many files', async (t) => {
  const { dir, storage, clock, log, sync, look } = makeSync(t);
  for (let i = 0; i < 200; i++) writeFileSync(join(dir, `${i}`), '');
  storage.onUpload = () => {
    throw broken();
  };
  await look();
  assert.ok(storage.begun.length < 2 * CONCURRENCY, `${storage.begun.length} attempts`);
  await look();
  assert.ok(storage.begun.length < 2 * CONCURRENCY, 'they wait');
  assert.equal(log.length, 1);
  storage.onUpload = () => undefined;
  clock.nowMs += 30_000;
  await look();
  assert.equal(sync.result().uploaded, 200);
});

test('a storage that cannot be opened is opened again later', async (t) => {
  const { dir, storage, clock, opening, log, look } = makeSync(t);
  writeFiles(dir, { a: '1' });
  opening.error = refused();
  await look();
  assert.match(log[0] ?? '', /UserError S3_REFUSED: access denied\nFix: Allow s3:PutObject\.$/);
  opening.error = undefined;
  clock.nowMs += 30_000;
  await look();
  assert.deepEqual(storage.keys(), ['k/a']);
});

test('whatever a storage throws is a failed upload, no other file waits for it', async (t) => {
  const { dir, storage, sync, look } = makeSync(t);
  writeFiles(dir, { a: '1', b: '2' });
  storage.onUpload = (key) => (key === 'k/a' ? Promise.reject(undefined) : undefined);
  await look();
  assert.deepEqual(storage.keys(), ['k/b']);
  assert.equal(sync.result().missing[0]?.reason, 'undefined');
});

test('the last pass uploads what is open, what was written a moment ago and what has to wait otherwise', async (t) => {
  const { dir, storage, sync, look } = makeSync(t, () => ({ ids: new Set([join(dir, 'open')]), isComplete: true }));
  writeFiles(dir, { open: '1', failed: '2' });
  storage.onUpload = () => {
    throw broken();
  };
  await look();
  storage.onUpload = () => undefined;
  writeFiles(dir, { 'new/file': '3' });
  await sync.lastPass();
  assert.deepEqual(storage.keys(), ['k/failed', 'k/new/file', 'k/open']);
  assert.deepEqual(sync.result().missing, []);
});

test('the last pass uploads a file once more whose upload under way is of an earlier state', async (t) => {
  const { dir, storage, sync } = makeSync(t);
  writeFiles(dir, { a: 'first' });
  await sleep(60);
  const begun = new Promise<() => void>((resolve) => {
    storage.onUpload = () => new Promise((goOn) => resolve(goOn));
  });
  await sync.poll();
  const goOn = await begun;
  storage.onUpload = () => undefined;
  const last = sync.lastPass();
  // What the stand-in reads now is new, and noted as the earlier state: nothing may rely on that.
  writeFileSync(join(dir, 'a'), 'second');
  goOn();
  await last;
  assert.deepEqual(storage.begun, ['k/a', 'k/a']);
  assert.equal(storage.text('k/a'), 'second');
});

test('the last pass does not repeat what the user must fix, and names it', async (t) => {
  const { dir, storage, sync } = makeSync(t);
  writeFiles(dir, { a: 'aa', b: 'b', c: '', d: '', e: '', good: '' });
  storage.onUpload = (key) => {
    if (key !== 'k/good') throw refused();
  };
  await sync.lastPass();
  assert.equal(storage.begun.length, 6);
  const { missing, uploaded } = sync.result();
  assert.equal(uploaded, 1);
  assert.deepEqual(missing[0], { path: 'a', bytes: 2, reason: 'access denied', hasEarlier: false });
  assert.equal(missing.length, 5);
});

test('the last pass ends with the signal, and names what is missing with what is known of the reason', async (t) => {
  const { dir, storage, sync, giveUp, look } = makeSync(t);
  writeFiles(dir, { again: 'first' });
  await look();
  writeFiles(dir, { again: 'second', bad: '' });
  storage.onUpload = (key, _file, signal) => {
    if (key === 'k/bad') throw broken();
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  };
  const last = sync.lastPass();
  await waitFor('three uploads', () => storage.begun.length >= 3);
  giveUp.abort(new Error('the time to stop was over'));
  await last;
  assert.deepEqual(sync.result().missing, [
    { path: 'again', bytes: 6, reason: 'the time to stop was over', hasEarlier: true },
    { path: 'bad', bytes: 0, reason: 'the connection broke', hasEarlier: false },
  ]);
});

test('a last pass without any time still names what is missing', async (t) => {
  const { dir, storage, sync, giveUp } = makeSync(t);
  giveUp.abort(new Error('the time to stop was over'));
  writeFiles(dir, { a: '1' });
  await sync.lastPass();
  assert.deepEqual(storage.begun, []);
  assert.deepEqual(sync.result().missing, [
    { path: 'a', bytes: 1, reason: 'the time to stop was over', hasEarlier: false },
  ]);
});

test('a file that changes all the time does not keep the last pass from its end', async (t) => {
  const { dir, storage, sync } = makeSync(t);
  writeFiles(dir, { a: '' });
  storage.onUpload = (_key, file) => appendFileSync(file, 'x');
  await sync.lastPass();
  assert.equal(storage.begun.length, 20);
  assert.equal(sync.result().missing[0]?.hasEarlier, true);
});

test('what cannot be uploaded at all is named: a key that is too long, a name that is not UTF-8', async (t) => {
  const { dir, storage, sync } = makeSync(t);
  const long = `${'é'.repeat(120)}/`.repeat(5);
  writeFiles(dir, { [`${long}file`]: '' });
  writeFileSync(Buffer.concat([Buffer.from(`${dir}/a`), Buffer.from([0xff])]), '');
  await sync.lastPass();
  assert.deepEqual(storage.begun, []);
  assert.deepEqual(
    sync.result().missing.map(({ reason }) => reason),
    ['its name is not UTF-8, which names in S3 are', 'its key has 1211 bytes, and S3 takes 1024 at most'],
  );
});

test('a closed file that the job removes before its upload is counted; one that it renames is not', async (t) => {
  const { dir, storage, clock, sync, look } = makeSync(t);
  writeFiles(dir, { removed: '1', renamed: '2', uploaded: '3' });
  storage.onUpload = (key) => {
    if (key !== 'k/uploaded') throw broken();
  };
  await look();
  storage.onUpload = () => undefined;
  for (const name of ['removed', 'uploaded']) rmSync(join(dir, name));
  renameSync(join(dir, 'renamed'), join(dir, 'new'));
  clock.nowMs += 30_000;
  await look();
  assert.deepEqual(storage.keys(), ['k/new', 'k/uploaded']);
  assert.deepEqual(sync.result(), { uploaded: 2, uploadedBytes: 2, removed: 1, missing: [] });
});

test('closing closes the storage where it was opened', async (t) => {
  const { dir, storage, sync, look } = makeSync(t);
  sync.close();
  assert.equal(storage.isClosed, false);
  writeFiles(dir, { a: '' });
  await look();
  sync.close();
  await new Promise(setImmediate);
  assert.equal(storage.isClosed, true);
});
