import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withHostTags } from '../../../../src/launchers/mpi/tagged-output.ts';

async function tagged(...chunks: readonly string[]): Promise<string> {
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
  }
  let text = '';
  for await (const chunk of withHostTags(source(), (rank) => ['algo-1', 'algo-9'][rank]))
    text += chunk.toString('latin1');
  return text;
}

test('the tag of a rank names its host, for both streams (C67)', async () => {
  assert.equal(
    await tagged('[1,0]<stdout>:one\n[1,1]<stderr>:two\n'),
    '[1,mpirank:0,algo-1]<stdout>:one\n[1,mpirank:1,algo-9]<stderr>:two\n',
  );
});

test('only tags at the beginning of a line are changed, and lines that arrive in pieces are put together', async () => {
  assert.equal(
    await tagged('[1', ',1]<std', 'out>:a [1,0]<stdout> b\nplain', ' text\n'),
    '[1,mpirank:1,algo-9]<stdout>:a [1,0]<stdout> b\nplain text\n',
  );
});

test('bytes stay what they are, and a last line without a break is shown', async () => {
  assert.equal(
    await tagged('[1,0]<stdout>:\xff\x00\r\n', '[1,0]<stdout>:end'),
    '[1,mpirank:0,algo-1]<stdout>:\xff\x00\r\n[1,mpirank:0,algo-1]<stdout>:end',
  );
});

test('a rank whose host is not known keeps its number', async () => {
  assert.equal(await tagged('[1,7]<stdout>:x\n'), '[1,mpirank:7]<stdout>:x\n');
});

test('a line without end is not kept in memory', async () => {
  const long = 'x'.repeat(200_000);
  assert.equal(await tagged(`[1,0]<stdout>:${long}`, `${long}\n`), `[1,mpirank:0,algo-1]<stdout>:${long}${long}\n`);
});
