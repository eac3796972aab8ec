import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { OutputWatch } from '../../../../src/validate/observe/output-watch.ts';

const plain = (text: string) => text;

suite('watching the output of a host', () => {
  test('cuts it into lines, across chunks and characters; the last one needs no break', () => {
    const watch = new OutputWatch(plain);
    const bytes = Buffer.from('größe\r\nsecond\nlast');
    watch.push(bytes.subarray(0, 3), 'stdout');
    watch.push(bytes.subarray(3), 'stdout');
    const { lines, lineCount } = watch.end();
    assert.deepEqual(
      lines.map(({ text }) => text),
      ['größe', 'second', 'last'],
    );
    assert.equal(lineCount, 3);
  });

  test('keeps the lines of the two streams apart', () => {
    const watch = new OutputWatch(plain);
    watch.push(Buffer.from('10%'), 'stderr');
    watch.push(Buffer.from('loss=0.5\nlo'), 'stdout');
    watch.push(Buffer.from(' 20%\n'), 'stderr');
    watch.push(Buffer.from('ss=0.4'), 'stdout');
    assert.deepEqual(
      watch.end().lines.map(({ text }) => text),
      ['loss=0.5', '10% 20%', 'loss=0.4'],
    );
  });

  test('keeps the first and last lines of many, and counts them all', () => {
    const watch = new OutputWatch(plain);
    for (let line = 1; line <= 5000; line += 1) watch.push(Buffer.from(`line ${line}\n`), 'stdout');
    const { lines, lineCount } = watch.end();
    assert.equal(lineCount, 5000);
    assert.equal(lines[0]?.text, 'line 1');
    assert.equal(lines.at(-1)?.text, 'line 5000');
    assert.ok(lines.length <= 500, `${lines.length} lines`);
  });

  test('counts a line without end once, whatever its length', () => {
    const watch = new OutputWatch(plain);
    for (let count = 0; count < 100; count++) watch.push(Buffer.alloc(10_000, 'x'), 'stdout');
    watch.push(Buffer.from('\nnext\n'), 'stdout');
    const { lines, lineCount } = watch.end();
    assert.equal(lineCount, 2);
    assert.deepEqual(
      lines.map(({ text }) => text),
      ['x'.repeat(600), 'next'],
    );
  });

  test('masks lines before it cuts long ones', () => {
    const watch = new OutputWatch((text) => text.replaceAll('secret', '******'));
    watch.push(Buffer.from(`${'x'.repeat(597)}secret\n`), 'stdout');
    assert.equal(watch.end().lines[0]?.text, `${'x'.repeat(597)}***`);
  });

  test('a host that prints nothing has no first moment', () => {
    const { firstSeconds, lastSeconds, lineCount } = new OutputWatch(plain).end();
    assert.deepEqual([firstSeconds, lastSeconds, lineCount], [undefined, undefined, 0]);
  });
});
