// Copying a source, which is done step by step in the same thread.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { create } from 'tar';
import { PARTIAL_MARK } from '../../../../src/contract/paths.ts';
import { fetchSource, type SourceRequest } from '../../../../src/entry-point/source/source.ts';
import { makeLog } from '../../../../src/log/log.ts';
import { temporaryFolder } from '../../../support/job.ts';

const MANY = 4000;

function request(t: TestContext, signal = new AbortController().signal): SourceRequest {
  const dir = temporaryFolder(t);
  const location = join(dir, 'source');
  mkdirSync(location);
  const log = makeLog(0, () => undefined);
  return { location, baseDir: dir, codeDir: join(dir, 'code'), variables: {}, log, signal };
}

function writeMany(dir: string): void {
  for (let i = 0; i < MANY; i++) writeFileSync(join(dir, `file-${i}`), 'x');
}

test('while many files are copied others have their turn', async (t) => {
  const source = request(t);
  writeMany(source.location);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await fetchSource(source);
  clearInterval(timer);
  assert.equal(readdirSync(source.codeDir).length, MANY);
  assert.ok(turns > 0);
});

test('an abort in their midst ends it with its own reason, and nothing is left', async (t) => {
  const stop = new AbortController();
  const source = request(t, stop.signal);
  writeMany(source.location);
  const reason = new Error('stopped');
  setImmediate(() => stop.abort(reason));
  await assert.rejects(fetchSource(source), reason);
  assert.deepEqual(readdirSync(source.codeDir), []);
});

test('an abort leaves its unfinished copy to a caller who removes the folder, and need not wait for that', async (t) => {
  const stop = new AbortController();
  const source = { ...request(t, stop.signal), isRemovedAfterAbort: true };
  writeMany(source.location);
  const reason = new Error('stopped');
  setImmediate(() => stop.abort(reason));
  await assert.rejects(fetchSource(source), reason);
  const [partial = '', ...others] = readdirSync(source.codeDir);
  assert.ok(partial.startsWith(PARTIAL_MARK));
  assert.deepEqual(others, []);
});

test('a large file is copied whole', async (t) => {
  const source = request(t);
  const file = join(source.location, 'weights.bin');
  writeFileSync(file, 'start');
  truncateSync(file, 64 * 1024 * 1024);
  await fetchSource(source);
  assert.ok(existsSync(join(source.codeDir, 'weights.bin')));
  assert.equal(statSync(join(source.codeDir, 'weights.bin')).size, 64 * 1024 * 1024);
});

test('an abort during a large file ends the copy soon', async (t) => {
  const stop = new AbortController();
  const source = request(t, stop.signal);
  // With data: a file system may copy a hole in no time.
  writeFileSync(join(source.location, 'weights.bin'), Buffer.alloc(256 << 20, 'x'));
  const reason = new Error('stopped');
  const copied = fetchSource(source);
  setImmediate(() => stop.abort(reason));
  const start = performance.now();
  await assert.rejects(copied, reason);
  assert.ok(performance.now() - start < 1000);
  assert.deepEqual(readdirSync(source.codeDir), []);
});

test('an archive with a link that leads out gets another fix than packing it again', async (t) => {
  const source = request(t);
  symlinkSync('/usr/bin/python3', join(source.location, 'python3'));
  const archive = join(source.baseDir, 'source.tar.gz');
  await create({ file: archive, gzip: true, cwd: source.location }, ['python3']);
  await assert.rejects(fetchSource({ ...source, location: archive }), {
    code: 'ARCHIVE_INVALID',
    message: /"python3" is a link that leads out of the folder/,
    fix: /^Leave the link out: tar .* --exclude=.*virtual environment/,
  });
});
