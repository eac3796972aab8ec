import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type LineOptions, LineSplitter } from '../../../src/text/line-splitter.ts';

function pushAll(lines: LineSplitter, ...texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => lines.push(Buffer.from(text)).map(String));
}

const KIBIBYTES_64 = { longestBytes: 64 * 1024 };

suite('cutting a stream into lines', () => {
  test('whole lines stay together, a line that came in parts is a piece of its own', () => {
    const lines = new LineSplitter(KIBIBYTES_64);
    assert.deepEqual(pushAll(lines, 'one\ntwo\nth'), ['one\ntwo\n']);
    assert.equal(lines.isInsideLine, true);
    assert.deepEqual(pushAll(lines, 're', 'e\r', '\nfour\n'), ['three\r\n', 'four\n']);
    assert.equal(lines.isInsideLine, false);
    assert.equal(lines.end(), undefined);
  });

  test('a last line without a break comes at the end, once', () => {
    const lines = new LineSplitter(KIBIBYTES_64);
    assert.deepEqual(pushAll(lines, 'one\ntw', 'o'), ['one\n']);
    assert.equal(String(lines.end()), 'two');
    assert.equal(lines.end(), undefined);
  });

  test('a line that arrives byte by byte is whole', () => {
    const lines = new LineSplitter(KIBIBYTES_64);
    const line = Array.from({ length: 5000 }, (_, index) => String(index % 10));
    assert.deepEqual(pushAll(lines, ...line), []);
    assert.deepEqual(pushAll(lines, '\n'), [`${line.join('')}\n`]);
  });

  test('whole lines share the memory of the chunk', () => {
    const chunk = Buffer.from('one\ntwo\nth');
    const [piece] = new LineSplitter(KIBIBYTES_64).push(chunk);
    assert.equal(piece?.buffer, chunk.buffer);
  });

  test('a line that is longer than the limit comes in parts, its neighbours whole', () => {
    const lines = new LineSplitter({ longestBytes: 10 });
    const long = 'x'.repeat(25);
    assert.deepEqual(pushAll(lines, `a\nb\n${long}\nc\n`), ['a\nb\n', 'x'.repeat(10), 'x'.repeat(10), 'xxxxx\nc\n']);
    assert.deepEqual(pushAll(lines, 'x'.repeat(8), 'x'.repeat(8), '\n'), ['x'.repeat(10), 'xxxxxx\n']);
  });

  test('a part of a long line ends with a whole character', () => {
    const lines = new LineSplitter({ longestBytes: 10 });
    assert.deepEqual(pushAll(lines, '€€€€€\n'), ['€€€', '€€\n']);
  });

  test('a carriage return ends a line where that is asked for, and waits for a newline behind it', () => {
    const lines = new LineSplitter({ ...KIBIBYTES_64, splitsAtReturn: true });
    assert.deepEqual(pushAll(lines, '10%\r20%\r30', '%\r', '\n', 'a\r', 'b'), ['10%\r20%\r', '30%\r\n', 'a\r']);
    assert.equal(String(lines.end()), 'b');
  });

  test('the lines are the same however the stream is cut into chunks', () => {
    const texts = fc.array(fc.constantFrom('a', 'bc', 'ü', '€', '😀', '\n', '\r', '\r\n', 'long enough for parts'));
    const bytes = fc.oneof(
      texts.map((parts) => Buffer.from(parts.join(''))),
      fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array)),
    );
    const cuts = fc.array(fc.nat(80), { maxLength: 12 });
    const options = fc.record({ longestBytes: fc.integer({ min: 4, max: 16 }), splitsAtReturn: fc.boolean() });
    fc.assert(
      fc.property(bytes, cuts, options, (stream, at, given) => {
        const whole = linesOf([stream], given);
        assert.deepEqual(linesOf(chunksOf(stream, at), given), whole);
        assert.equal(Buffer.concat(whole.map((line) => Buffer.from(line, 'latin1'))).equals(stream), true);
        for (const line of whole) {
          assert.ok(line.length <= given.longestBytes);
          if (isUtf8(stream)) assert.ok(isUtf8(Buffer.from(line, 'latin1')), 'a character was cut');
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('a line in very many small chunks takes linear time', () => {
    const lines = new LineSplitter({ longestBytes: 1 << 20 });
    const chunk = Buffer.alloc(4, 'x');
    let pieces = 0;
    for (let count = 0; count < 1 << 20; count++) pieces += lines.push(chunk).length;
    assert.equal(pieces, 4);
  });
});

function chunksOf(stream: Buffer, at: readonly number[]): readonly Buffer[] {
  const ends = [...at.filter((end) => end < stream.length).sort((a, b) => a - b), stream.length];
  return ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
}

/** All lines and parts, one by one, in Latin 1: a character a byte. */
function linesOf(chunks: readonly Buffer[], options: LineOptions): readonly string[] {
  const lines = new LineSplitter(options);
  const pieces = chunks.flatMap((chunk) => lines.push(chunk));
  const rest = lines.end();
  const breaks = options.splitsAtReturn ? /[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g : /[^\n]*\n|[^\n]+/g;
  return [...pieces, ...(rest === undefined ? [] : [rest])].flatMap(
    (piece) => piece.toString('latin1').match(breaks) ?? [],
  );
}
