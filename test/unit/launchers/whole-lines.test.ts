import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { wholeLines } from '../../../src/launchers/whole-lines.ts';

async function linesOf(...chunks: readonly string[]): Promise<readonly string[]> {
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const result: string[] = [];
  for await (const chunk of wholeLines(source())) result.push(chunk.toString());
  return result;
}

test('pieces become lines, and what follows the last break waits for its end', async () => {
  assert.deepEqual(await linesOf('a', ' ', 'b\nc', 'd', '\n', 'e'), ['a b\n', 'cd\n', 'e']);
  assert.deepEqual(await linesOf('50%\r', '60', '%\r'), ['50%\r', '60%\r']);
  assert.deepEqual(await linesOf('done\r', '\n', 'next'), ['done\r\n', 'next']);
});

test('a line that does not end is shown all the same, after a moment', async () => {
  const source = new PassThrough();
  const lines = wholeLines(source);
  source.write('Password? ');
  assert.equal((await lines.next()).value?.toString(), 'Password? ');
  source.end('yes\n');
  assert.equal((await lines.next()).value?.toString(), 'yes\n');
  assert.equal((await lines.next()).done, true);
});

test('a very long line is not kept in memory', async () => {
  const long = 'x'.repeat(70_000);
  assert.deepEqual(await linesOf(long, 'y\n'), [long.slice(0, 65_536), `${long.slice(65_536)}y\n`]);
});
