// However the output of a host is cut into reads, the same lines are searched, and the same bytes are kept.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { HostLines } from '../../../../src/jobs/logs/host-lines.ts';
import { LineQueue } from '../../../../src/jobs/metrics/line-queue.ts';
import { batchMatcher } from '../../../../src/jobs/metrics/match-batch.ts';
import { pythonFloat } from '../../../../src/jobs/metrics/python-float.ts';
import { translatePattern } from '../../../../src/jobs/metrics/python-regex.ts';
import type { OutputStream } from '../../../../src/text/output-stream.ts';
import { SEED_NOTE, seeded } from '../../../support/json-values.ts';

const raw = String.raw;
const REGEXES = [
  'loss=([0-9.]+)',
  raw`.*\[[0-9]+\].*#011auc:(\S+)`,
  raw`^(\d+)%`,
  raw`.*#015 *(\d+)%`,
  '.+=(.*)',
  raw`#033\[3\dm(\d)`,
  raw`(\d)$`,
  'a|loss=(.)',
  '^\ufeff?(.)',
];
const PARTS = [
  'loss=',
  '0.5',
  '1e-3',
  '[7]',
  '\tauc:',
  '\r',
  '\r\n',
  '\n',
  '\n',
  ' 20%',
  '\u001b[32m',
  '\0',
  'ü',
  '€',
  '😀',
  '\ufeff',
  'a',
];

interface Read {
  readonly stream: OutputStream;
  readonly bytes: Buffer;
}

const part = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...PARTS).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)) },
);
const output = fc.array(part, { maxLength: 40 }).map((parts) => Buffer.concat(parts));
const cuts = fc.array(fc.nat(120), { maxLength: 12 });

/** Both streams, cut into reads that come in any order of the streams. */
const reads: fc.Arbitrary<readonly Read[]> = fc
  .tuple(output, cuts, output, cuts, fc.array(fc.boolean(), { maxLength: 40 }))
  .map(([out, outCuts, err, errCuts, turns]) => {
    const waiting = { stdout: cutAt(out, outCuts), stderr: cutAt(err, errCuts) };
    const all: Read[] = [];
    const give = (stream: OutputStream) => {
      const bytes = waiting[stream].shift();
      if (bytes !== undefined) all.push({ stream, bytes });
    };
    for (const isError of turns) give(isError ? 'stderr' : 'stdout');
    while (waiting.stdout.length + waiting.stderr.length > 0)
      for (const stream of ['stdout', 'stderr'] as const) give(stream);
    return all;
  });

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set([...places.filter((place) => place < bytes.length), bytes.length])].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)).filter(({ length }) => length > 0);
}

/** The lines in the order in which they end, with their breaks; last lines without one follow. By the simplest means. */
function linesOf(list: readonly Read[]): readonly string[] {
  const begun = new Map<OutputStream, string>();
  const lines: string[] = [];
  for (const { stream, bytes } of list) {
    for (const byte of bytes) {
      const line = (begun.get(stream) ?? '') + String.fromCharCode(byte);
      begun.set(stream, byte === 10 ? '' : line);
      if (byte === 10) lines.push(line);
    }
  }
  return [...lines, ...[...begun.values()].filter((rest) => rest !== '')];
}

/** What each expression finds in a line, one after the other, without any shortcut. */
function valuesIn(line: string): readonly (readonly [number, number])[] {
  const bytes = Buffer.from(line.replace(/\r?\n$/, ''), 'latin1');
  const text = [...new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      return code < 0x20 || code === 0x7f ? `#${code.toString(8).padStart(3, '0')}` : character;
    })
    .join('');
  return REGEXES.flatMap((regex, metric) => {
    const group = translatePattern(regex).regex.exec(text)?.[1];
    const value = group === undefined ? undefined : pythonFloat(group);
    return value === undefined ? [] : [[metric, value] as const];
  });
}

suite('any output, cut into any reads', () => {
  test(`gives the same points (${SEED_NOTE})`, () => {
    const match = batchMatcher({ regexes: REGEXES, progress: new Int32Array(3) });
    const limits = REGEXES.map(() => Number.MAX_SAFE_INTEGER);
    let found = 0;
    fc.assert(
      fc.property(reads, fc.integer({ min: 1, max: 60 }), (list, batchBytes) => {
        const queue = new LineQueue(1 << 20);
        const values: (readonly [number, number])[] = [];
        const matchAll = () => {
          for (let chunks = queue.take(batchBytes); chunks.length > 0; chunks = queue.take(batchBytes)) {
            values.push(...match({ chunks, limits }).values.map(({ metric, value }) => [metric, value] as const));
          }
        };
        for (const { stream, bytes } of list) {
          queue.push('algo-1', stream, 0, bytes);
          if (batchBytes % 2 === 0) matchAll();
        }
        queue.endLines(0);
        matchAll();
        assert.deepEqual(values, linesOf(list).flatMap(valuesIn));
        found += values.length;
      }),
      seeded(1500),
    );
    assert.ok(found > 1000, `${found} values`);
  });

  test(`keeps the bytes of each line in the log (${SEED_NOTE})`, () => {
    fc.assert(
      fc.property(reads, (list) => {
        const kept: Buffer[] = [];
        const lines = new HostLines((bytes) => void kept.push(Buffer.from(bytes)));
        for (const { stream, bytes } of list) void lines.push(bytes, stream);
        lines.end();
        const expected = linesOf(list)
          .map((line) => line.replace(/\n$/, ''))
          .join('\n');
        assert.equal(Buffer.concat(kept).toString('latin1').replace(/\n$/, ''), expected);
      }),
      seeded(1500),
    );
  });
});
