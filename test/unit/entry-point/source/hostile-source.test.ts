// Sources with more in them than files, and sources that change while they are copied.
import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { copyFile } from '../../../../src/entry-point/source/copy-file.ts';
import { fetchSource } from '../../../../src/entry-point/source/source.ts';
import { makeLog } from '../../../../src/log/log.ts';
import { putPipe, SPECIAL_FILES } from '../../../support/hostile-inputs.ts';
import { temporaryFolder } from '../../../support/job.ts';

const TIMEOUT = { timeout: 20_000 };

async function fetch(t: TestContext, location: string): Promise<string> {
  const baseDir = temporaryFolder(t);
  const codeDir = join(baseDir, 'code');
  const log = makeLog(0, () => undefined);
  await fetchSource({ location, baseDir, codeDir, variables: {}, log, signal: new AbortController().signal });
  return codeDir;
}

test('named pipes, sockets and devices in a source are left out', TIMEOUT, async (t) => {
  const source = temporaryFolder(t);
  writeFileSync(join(source, 'train.js'), '');
  for (const [index, { put }] of SPECIAL_FILES.entries()) await put(join(source, String(index)), t);
  const folder = SPECIAL_FILES.findIndex(({ kind }) => kind === 'a folder');
  assert.deepEqual(readdirSync(await fetch(t, source)), [String(folder), 'train.js']);
});

test('a source of the kernel is an error', TIMEOUT, async (t) => {
  await assert.rejects(fetch(t, '/proc/self'), { code: 'SOURCE_INVALID', message: /is filled by the kernel$/ });
});

test('a file that becomes a named pipe is an error, not a wait', TIMEOUT, async (t) => {
  const file = join(temporaryFolder(t), 'file');
  putPipe(file);
  await assert.rejects(copyFile(file, `${file}-copy`), {
    code: 'SOURCE_INVALID',
    message: `${file} in the source cannot be copied: it is a named pipe`,
    where: file,
  });
});

test('a file that changes while it is copied is an error', TIMEOUT, async (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  truncateSync(file, 32 << 20);
  const copied = copyFile(file, `${file}-copy`);
  appendFileSync(file, 'more');
  await assert.rejects(copied, {
    code: 'SOURCE_INVALID',
    message: `${file} in the source cannot be copied: it changes while it is read`,
  });
});

test('a file that is gone when its turn comes is an error of the source', TIMEOUT, async (t) => {
  const file = join(temporaryFolder(t), 'file');
  await assert.rejects(copyFile(file, `${file}-copy`), { code: 'SOURCE_INVALID', message: /cannot be copied: ENOENT/ });
});

test('set-uid and set-gid bits of a source are not copied', async (t) => {
  const source = temporaryFolder(t);
  writeFileSync(join(source, 'tool'), 'x');
  chmodSync(join(source, 'tool'), 0o6755);
  mkdirSync(join(source, 'shared'));
  chmodSync(join(source, 'shared'), 0o3777);
  const code = await fetch(t, source);
  assert.equal(statSync(join(code, 'tool')).mode & 0o7777, 0o755);
  assert.equal(statSync(join(code, 'shared')).mode & 0o7777, 0o777);
});

test('a name that is not UTF-8 is an error that names the reason; one with the replacement character is copied', {
  ...TIMEOUT,
  skip: process.platform !== 'linux' && 'names are UTF-8 on this system',
}, async (t) => {
  const source = temporaryFolder(t);
  writeFileSync(join(source, '\ufffd.txt'), '');
  assert.deepEqual(readdirSync(await fetch(t, source)), ['\ufffd.txt']);
  writeFileSync(Buffer.concat([Buffer.from(`${source}/caf`), Buffer.of(0xe9)]), '');
  const path = join(source, 'caf\ufffd');
  await assert.rejects(fetch(t, source), {
    code: 'SOURCE_INVALID',
    message: `${path} in the source cannot be copied: its name is not UTF-8`,
    where: path,
  });
});
