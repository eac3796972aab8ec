import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { HostLog, type LogLine } from '../../../../src/jobs/logs/host-log.ts';
import { temporaryFolder } from '../../../support/job.ts';

const BLOCK_BYTES = 256 << 10;

function writeLog(dir: string, content: Buffer, times: readonly (readonly [offset: number, time: number])[]): void {
  mkdirSync(join(dir, 'logs'), { recursive: true });
  writeFileSync(join(dir, 'logs', 'algo-1.log'), content);
  const entries = times.map(([offset, time]) => {
    const entry = Buffer.alloc(16);
    entry.writeDoubleLE(offset, 0);
    entry.writeDoubleLE(time, 8);
    return entry;
  });
  writeFileSync(join(dir, 'logs', 'algo-1.times'), Buffer.concat(entries));
}

const copy = (line: LogLine) => ({ ...line, bytes: Buffer.from(line.bytes) });

function forward(log: HostLog): readonly LogLine[] {
  const lines: LogLine[] = [];
  for (let line = log.lineAt(0); line !== undefined; line = log.lineAt(line.end)) lines.push(copy(line));
  return lines;
}

function backward(log: HostLog): readonly LogLine[] {
  const lines: LogLine[] = [];
  for (let line = log.lineBefore(log.size); line !== undefined; line = log.lineBefore(line.offset))
    lines.unshift(copy(line));
  return lines;
}

test('a log has the same lines in both directions, whatever their lengths', (t) => {
  const dir = temporaryFolder(t);
  const lengths = fc.oneof(
    fc.nat({ max: 60 }),
    fc.constantFrom(BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES),
  );
  fc.assert(
    fc.property(fc.array(lengths, { maxLength: 12 }), fc.boolean(), fc.boolean(), (lines, endsInLine, hasEnded) => {
      const text = lines.map((length, index) => 'abcdefghijkl'.charAt(index).repeat(length)).join('\n');
      const content = Buffer.from(endsInLine || lines.length === 0 ? text : `${text}\n`);
      writeLog(dir, content, [[0, 1000]]);
      const log = new HostLog(dir, 'algo-1', hasEnded);
      try {
        const found = forward(log);
        assert.deepEqual(found, backward(log));
        const whole = Buffer.concat(found.map(({ offset, end }) => content.subarray(offset, end)));
        assert.deepEqual(whole, content.subarray(0, log.size), 'no byte is lost or doubled');
        if (hasEnded) assert.equal(log.size, content.length);
        for (const { bytes } of found) assert.ok(bytes.length < 2 * BLOCK_BYTES && !bytes.includes(10));
      } finally {
        log.close();
      }
    }),
    { numRuns: 150 },
  );
});

test('a short line is never cut', (t) => {
  const dir = temporaryFolder(t);
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} ${'x'.repeat(index % 90)}`);
  writeLog(dir, Buffer.from(`${lines.join('\n')}\n`), [[0, 1]]);
  const log = new HostLog(dir, 'algo-1', true);
  t.after(() => log.close());
  assert.deepEqual(
    forward(log).map(({ bytes }) => bytes.toString()),
    lines,
  );
});

test('a line without its break is left out until the job has ended', (t) => {
  const dir = temporaryFolder(t);
  writeLog(dir, Buffer.from('one\ntwo\nthr'), [[0, 1]]);
  const texts = (hasEnded: boolean) => {
    const log = new HostLog(dir, 'algo-1', hasEnded);
    const lines = forward(log).map(({ bytes }) => bytes.toString());
    log.close();
    return lines;
  };
  assert.deepEqual(texts(false), ['one', 'two']);
  assert.deepEqual(texts(true), ['one', 'two', 'thr']);
});

test('a line has the time at which its first byte came, and is found by times', (t) => {
  const dir = temporaryFolder(t);
  // "bb" came in two pieces.
  writeLog(dir, Buffer.from('a\nbb\nc\nd\n'), [
    [0, 100],
    [3, 200],
    [5, 300.5],
  ]);
  const log = new HostLog(dir, 'algo-1', true);
  t.after(() => log.close());
  assert.deepEqual(
    forward(log).map(({ time }) => time),
    [100, 100, 300, 300],
  );
  assert.equal(log.offsetAt(0), 0);
  assert.equal(log.offsetAt(100), 0);
  assert.equal(log.offsetAt(150), 5, 'the second line began before 150');
  assert.equal(log.offsetAt(250), 5);
  assert.equal(log.offsetAt(301), log.size);
});

test('a host without a log has no lines', (t) => {
  const log = new HostLog(temporaryFolder(t), 'algo-1', true);
  t.after(() => log.close());
  assert.equal(log.size, 0);
  assert.equal(log.lineAt(0), undefined);
  assert.equal(log.lineBefore(0), undefined);
});
