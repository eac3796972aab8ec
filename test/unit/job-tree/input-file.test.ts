import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  kindAt,
  MOST_INPUT_BYTES,
  openInput,
  readInput,
  UnusableInput,
} from '../../../src/job-tree/input/input-file.ts';
import { chunksOf, openInputHandle } from '../../../src/job-tree/input/input-handle.ts';
import { readInputOrPipe } from '../../../src/job-tree/input/read-pipe.ts';
import { readTextIfAny } from '../../../src/job-tree/input/read-text.ts';
import { putLink, putPipe, SPECIAL_FILES, TOO_LARGE } from '../../support/hostile-inputs.ts';
import { temporaryFolder } from '../../support/job.ts';

const TIMEOUT = { timeout: 20_000 };

function fileAt(t: TestContext, content = 'text'): string {
  const file = join(temporaryFolder(t), 'input');
  writeFileSync(file, content);
  return file;
}

test('a file is read whole up to the limit, also through a link', (t) => {
  const file = fileAt(t, 'größe');
  assert.equal(readInput(file, 7).toString(), 'größe');
  assert.throws(() => readInput(file, 6), { message: 'it has more than 6 bytes' });
  putLink(`${file}-link`, file);
  assert.equal(readInput(`${file}-link`).toString(), 'größe');
  assert.equal(readInput(fileAt(t, '')).length, 0);
});

test('a file that has more than its size says is read too', { skip: process.platform !== 'linux' }, () => {
  assert.equal(statSync('/proc/self/status').size, 0);
  assert.match(readInput('/proc/self/status').toString(), /^Name:/);
  assert.throws(() => readInput('/proc/self/status', 10), { message: 'it has more than 10 bytes' });
});

for (const { kind, put, problem } of [...SPECIAL_FILES, TOO_LARGE]) {
  test(`${kind} is no input, whichever way it is read`, TIMEOUT, async (t) => {
    const file = join(temporaryFolder(t), 'input');
    await put(file, t);
    const expected = { message: problem, fix: /^(?:Put a regular file there|Check that it is the right file)\.$/ };
    assert.throws(() => readInput(file), expected);
    assert.equal(readTextIfAny(file), undefined);
    if (kind === TOO_LARGE.kind) return;
    assert.throws(() => openInput(file), expected);
    await assert.rejects(openInputHandle(file), expected);
    if (kind !== 'a named pipe') await assert.rejects(readInputOrPipe(file), expected);
  });
}

test('a link to nothing, links in a circle and an unreadable file are errors of the system', async (t) => {
  const file = fileAt(t);
  const at = (name: string, target: string) => {
    putLink(`${file}-${name}`, target);
    return `${file}-${name}`;
  };
  chmodSync(file, 0);
  const cases: [string, string][] = [
    [at('dangling', 'nothing'), 'ENOENT'],
    [at('circle', `${file}-circle`), 'ELOOP'],
  ];
  if (process.getuid?.() !== 0) cases.push([file, 'EACCES']);
  for (const [path, code] of cases) {
    assert.throws(() => readInput(path), { code });
    await assert.rejects(openInputHandle(path), { code });
    await assert.rejects(readInputOrPipe(path), { code });
    assert.equal(readTextIfAny(path), undefined);
  }
  assert.equal(kindAt(at('far', 'nothing')), undefined);
  assert.equal(kindAt(`${file}-circle`), undefined);
  assert.equal(kindAt(file), 'a regular file');
});

test('a file that changes while it is read is no input', TIMEOUT, async (t) => {
  const file = fileAt(t, 'x'.repeat(MOST_INPUT_BYTES / 2));
  // Sets the time of the file again and again, as a program does that writes to it.
  const loop = "console.log('on'); for (let time = 1; ; time++) fs.utimesSync(process.argv[1], time, time)";
  const writer = spawn(process.execPath, ['-e', loop, file], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => writer.kill('SIGKILL'));
  await new Promise((resolve) => writer.stdout.once('data', resolve));
  assert.throws(() => readInput(file), {
    message: 'it changes while it is read',
    fix: 'Write it elsewhere, and rename it when it is complete.',
  });
});

test('a file that grows while its pieces are read is no input', async (t) => {
  const file = fileAt(t);
  const handle = await openInputHandle(file);
  t.after(() => handle.close());
  const pieces = chunksOf(handle);
  assert.equal((await pieces.next()).value?.toString(), 'text');
  appendFileSync(file, ' and more');
  assert.equal((await pieces.next()).value?.toString(), ' and more');
  await assert.rejects(pieces.next(), { message: 'it changes while it is read' });
});

test('a pipe is read to its end, up to the limit', TIMEOUT, async (t) => {
  const file = join(temporaryFolder(t), 'pipe');
  putPipe(file);
  const write = (text: string) => {
    const writer = spawn('sh', ['-c', 'printf "$2" > "$1"', 'sh', file, text], { stdio: 'ignore' });
    t.after(() => writer.kill('SIGKILL'));
  };
  write('{"a": 1}');
  assert.equal((await readInputOrPipe(file)).toString(), '{"a": 1}');
  write('too long');
  await assert.rejects(readInputOrPipe(file, { mostBytes: 3 }), { message: 'it has more than 3 bytes' });
});

test('a pipe without a writer is waited for no longer than the limit, and blocks nothing', TIMEOUT, async (t) => {
  const file = join(temporaryFolder(t), 'pipe');
  putPipe(file);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 5);
  t.after(() => clearInterval(timer));
  await assert.rejects(readInputOrPipe(file, { silenceMs: 100 }), (error) => {
    assert.ok(error instanceof UnusableInput);
    assert.equal(error.message, 'it is a named pipe, and nothing was written to it for 0.1 s');
    return true;
  });
  assert.notEqual(turns, 0);
});
