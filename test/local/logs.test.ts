// Logs on disk: written, read while they grow, merged from several hosts.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { LONGEST_LINE_BYTES, LogCursor } from '../../src/jobs/logs/cursor.ts';
import { fileLogSource } from '../../src/jobs/logs/file-log-source.ts';
import { logFile, timesFile } from '../../src/jobs/logs/files.ts';
import { tailLines } from '../../src/jobs/logs/tail-lines.ts';
import { openLogWriter } from '../../src/jobs/logs/writer.ts';
import { temporaryFolder } from '../support/job.ts';

const fail = (error: Error) => assert.fail(error);

/** What a job's logs contain: all, or, with `hasEnded`, what comes until then. */
function readLogs(
  dir: string,
  { host, hasEnded }: { readonly host?: string | undefined; readonly hasEnded?: () => boolean },
) {
  const source = fileLogSource(dir, { hasEnded: hasEnded ?? (() => true), pollMs: 10 });
  return source.stream({ host, isFollowed: hasEnded !== undefined });
}

async function readAll(dir: string, host?: string): Promise<ReadonlyArray<readonly [string, string]>> {
  const parts: Array<readonly [string, string]> = [];
  for await (const part of readLogs(dir, { host })) parts.push([part.host, part.lines.toString('latin1')]);
  return parts;
}

test('a log holds the bytes as they came, whatever they are', async (t) => {
  const dir = temporaryFolder(t);
  const writer = openLogWriter(dir, 'algo-1', { onError: fail });
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  for (let i = 0; i < 10; i++) await writer.write(bytes);
  await writer.close();
  assert.deepEqual(readFileSync(logFile(dir, 'algo-1')), Buffer.concat(Array<Buffer>(10).fill(bytes)));
});

test('a second attempt goes on where the first one ended', async (t) => {
  const dir = temporaryFolder(t);
  for (const [index, text] of ['one\n', 'two\n'].entries()) {
    const writer = openLogWriter(dir, 'algo-1', { onError: fail, now: () => 1000 * (index + 1) });
    await writer.write(Buffer.from(text));
    await writer.close();
  }
  const parts = [];
  for await (const { time, lines } of readLogs(dir, {})) parts.push([time, lines.toString()]);
  assert.deepEqual(parts, [
    [1000, 'one\n'],
    [2000, 'two\n'],
  ]);
});

test('lines of several hosts come in the order of their time, whole, also when they were written in pieces', async (t) => {
  const dir = temporaryFolder(t);
  let time = 0;
  const options = { onError: fail, now: () => time };
  const [one, two] = [openLogWriter(dir, 'algo-1', options), openLogWriter(dir, 'algo-2', options)];
  const say = (writer: typeof one, at: number, text: string) => {
    time = at;
    return writer.write(Buffer.from(text));
  };
  await say(one, 100, 'a1\na');
  await say(two, 200, 'b1\n');
  await say(one, 300, '2\na3\n');
  await say(two, 400, 'b2\nno end');
  await one.close();
  await two.close();
  assert.deepEqual(await readAll(dir), [
    ['algo-1', 'a1\na2\n'],
    ['algo-2', 'b1\n'],
    ['algo-1', 'a3\n'],
    ['algo-2', 'b2\n'],
    ['algo-2', 'no end'],
  ]);
  assert.deepEqual(await readAll(dir, 'algo-1'), [
    ['algo-1', 'a1\na2\n'],
    ['algo-1', 'a3\n'],
  ]);
});

test('a log without its times is shown all the same', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(dirname(logFile(dir, 'algo-1')));
  writeFileSync(logFile(dir, 'algo-1'), 'a\nb\n');
  assert.deepEqual(await readAll(dir), [['algo-1', 'a\nb\n']]);
});

test('following shows what comes until the job has ended, and all of it', async (t) => {
  const dir = temporaryFolder(t);
  let hasEnded = false;
  const seen: string[] = [];
  const following = (async () => {
    for await (const { lines } of readLogs(dir, { hasEnded: () => hasEnded })) {
      seen.push(...lines.toString().split('\n').filter(Boolean));
      if (seen.length === 1) void finish();
    }
  })();
  const writer = openLogWriter(dir, 'algo-1', { onError: fail });
  void writer.write(Buffer.from('first\nha'));
  async function finish(): Promise<void> {
    void writer.write(Buffer.from('lf\n'));
    for (let i = 0; i < 1000; i++) void writer.write(Buffer.from(`line ${i}\n`));
    void writer.write(Buffer.from('last'));
    await writer.close();
    hasEnded = true;
  }
  await following;
  assert.equal(seen.length, 1003);
  assert.deepEqual([seen[0], seen[1], seen.at(-1)], ['first', 'half', 'last']);
});

test('a log is read from tokens, by sources that know nothing of one another, and an empty page keeps its token', async (t) => {
  const dir = temporaryFolder(t);
  let time = 1000;
  let hasEnded = false;
  const source = () => fileLogSource(dir, { hasEnded: () => hasEnded });
  assert.deepEqual(await source().read('algo-1'), { parts: [], next: '0/0/0' });
  let next: string | undefined;
  let read: Array<readonly [number, string]> = [];
  const readOn = async () => {
    const page = await source().read('algo-1', next);
    read.push(...page.parts.map((part) => [part.time, part.lines.toString()] as const));
    const isSame = page.next === next;
    next = page.next;
    return isSame;
  };
  const write = async (text: string, expected: readonly (readonly [number, string])[]) => {
    const writer = openLogWriter(dir, 'algo-1', { onError: fail, now: () => time });
    await writer.write(Buffer.from(text));
    await writer.close();
    await readOn();
    assert.deepEqual(read, expected);
    read = [];
    assert.ok(await readOn(), 'nothing more');
    time += 1000;
  };
  await write('one\ntw', [[1000, 'one\n']]);
  await write('o\n', [[1000, 'two\n']]);
  await write('three\nfour', [[3000, 'three\n']]);
  hasEnded = true;
  await readOn();
  assert.deepEqual(read, [[3000, 'four']]);
  assert.ok(await readOn(), 'the token of the end stays');
  assert.deepEqual(await source().hosts(), ['algo-1']);
});

test('all pages of a long log together are the log', async (t) => {
  const dir = temporaryFolder(t);
  const writer = openLogWriter(dir, 'algo-1', { onError: fail });
  const text = Array.from({ length: 100_000 }, (_, line) => `line ${line} of many\n`).join('');
  await writer.write(Buffer.from(text));
  await writer.close();
  const source = fileLogSource(dir, { hasEnded: () => true });
  const pages: Buffer[] = [];
  let page = await source.read('algo-1');
  for (; page.parts.length > 0; page = await source.read('algo-1', page.next)) {
    pages.push(...page.parts.map(({ lines }) => lines));
  }
  assert.ok(pages.length > 3);
  assert.equal(Buffer.concat(pages).toString(), text);
});

test('a token that no page returned is an error', async (t) => {
  const source = fileLogSource(temporaryFolder(t), { hasEnded: () => true });
  for (const token of ['', 'x', '1/2', '-1/0/0', '1e3/0/0', '9999999999999999/0/0']) {
    await assert.rejects(source.read('algo-1', token), {
      code: 'USAGE',
      message: `expected a token of this log, got ${JSON.stringify(token)}`,
    });
  }
  assert.deepEqual(await source.read('algo-1', '5000/0/0'), { parts: [], next: '5000/0/0' });
});

test('a million lines are written with back-pressure, few times and flat memory', async (t) => {
  const dir = temporaryFolder(t);
  const writer = openLogWriter(dir, 'algo-1', { onError: fail });
  let waits = 0;
  const before = process.memoryUsage().rss;
  let peak = before;
  for (let i = 0; i < 1000; i++) {
    const waiting = writer.write(Buffer.from(`line ${i} of many that a program writes in one go\n`.repeat(1000)));
    if (waiting !== undefined) {
      waits++;
      await waiting;
      peak = Math.max(peak, process.memoryUsage().rss);
    }
  }
  await writer.close();
  let lines = 0;
  for await (const part of readLogs(dir, {})) {
    for (let at = part.lines.indexOf(10); at >= 0; at = part.lines.indexOf(10, at + 1)) lines++;
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  assert.equal(lines, 1_000_000);
  assert.ok(waits > 0, 'the writer was held back');
  assert.ok(peak - before < 150 << 20, `${Math.round((peak - before) / 1e6)} MB more`);
  assert.ok(statSync(timesFile(dir, 'algo-1')).size < 100_000);
});

test('a line of 50 MB without a break comes in pieces, whole, with bounded memory', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(dirname(logFile(dir, 'algo-1')));
  const log = createHash('md5');
  const piece = Buffer.alloc(1_000_000, 'abcdefghij');
  for (let i = 0; i < 50; i++) {
    piece.writeUInt32LE(0x20202020 + i, 0);
    log.update(piece);
    appendFileSync(logFile(dir, 'algo-1'), piece);
  }
  appendFileSync(logFile(dir, 'algo-1'), '\nnext\n');
  log.update('\nnext\n');
  const before = process.memoryUsage().rss;
  let peak = before;
  let longest = 0;
  const read = createHash('md5');
  let last = '';
  for await (const { lines } of readLogs(dir, {})) {
    longest = Math.max(longest, lines.length);
    read.update(lines);
    last = lines.toString().slice(-6);
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  assert.equal(read.digest('hex'), log.digest('hex'));
  assert.equal(last, '\nnext\n');
  assert.ok(longest <= LONGEST_LINE_BYTES, `a piece of ${longest} bytes`);
  assert.ok(peak - before < 60 << 20, `${Math.round((peak - before) / 1e6)} MB more`);
});

test('a line that grows slowly takes the memory of its bytes', (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(dirname(logFile(dir, 'algo-1')));
  const cursor = new LogCursor(dir, 'algo-1');
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 2000; i++) {
    appendFileSync(logFile(dir, 'algo-1'), 'a few bytes ');
    assert.equal(cursor.peek(), undefined);
  }
  globalThis.gc?.();
  const more = process.memoryUsage().arrayBuffers - before;
  assert.ok(more < 100 << 20, `${Math.round(more / 1e6)} MB more`);
  assert.equal(cursor.takeRest()?.lines.length, 24_000);
});

test('following shows progress that a program rewrites by carriage returns, before any line ends', async (t) => {
  const dir = temporaryFolder(t);
  let hasEnded = false;
  const writer = openLogWriter(dir, 'algo-1', { onError: fail });
  void writer.write(Buffer.from('10 %\r20 %\r30'));
  const seen: string[] = [];
  for await (const { lines } of readLogs(dir, { hasEnded: () => hasEnded })) {
    seen.push(lines.toString());
    if (seen.length === 1) void writer.write(Buffer.from(' %\r'));
    if (seen.length === 2) {
      await writer.write(Buffer.from('100 %'));
      await writer.close();
      hasEnded = true;
    }
  }
  assert.deepEqual(seen, ['10 %\r20 %\r', '30 %\r', '100 %']);
  // Afterwards it is one line, as before.
  assert.deepEqual(await readAll(dir), [['algo-1', '10 %\r20 %\r30 %\r100 %']]);
});

test('a log that cannot be written is reported once, and holds nothing up', async () => {
  const errors: string[] = [];
  // Every write to this one fails as on a full disk.
  const { symlinkSync, mkdtempSync, rmSync } = await import('node:fs');
  const dir = mkdtempSync('/tmp/optml-test-');
  try {
    mkdirSync(`${dir}/logs`);
    symlinkSync('/dev/full', logFile(dir, 'algo-1'));
    const writer = openLogWriter(dir, 'algo-1', { onError: ({ message }) => errors.push(message) });
    for (let i = 0; i < 100; i++) await writer.write(Buffer.alloc(100_000));
    await writer.close();
    assert.deepEqual(errors, ['ENOSPC: no space left on device, write']);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('the tail of a log is its last lines, and of no log there is none', async (t) => {
  const dir = temporaryFolder(t);
  assert.deepEqual(tailLines(dir, 'algo-1', 3), []);
  const writer = openLogWriter(dir, 'algo-1', { onError: fail });
  await writer.write(Buffer.from('1\n2\n3\n4\n'));
  await writer.close();
  assert.deepEqual(tailLines(dir, 'algo-1', 3), ['2', '3', '4']);
});
