import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maskStream } from '../../../../src/log/masking/masker.ts';

async function* each(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

async function masked(chunks: readonly (string | Buffer)[], secrets: readonly string[]): Promise<readonly string[]> {
  const result: string[] = [];
  for await (const chunk of maskStream(each(chunks.map((chunk) => Buffer.from(chunk))), secrets)) {
    result.push(chunk.toString('latin1'));
  }
  return result;
}

test('a secret is masked wherever the chunks are cut', async () => {
  const text = 'index https://aws:s3cr3t-s3cr3t@host/ and s3cr3t-s3cr3t';
  const expected = 'index https://aws:******@host/ and ******';
  for (let at = 0; at <= text.length; at++) {
    for (let next = at; next <= text.length; next += 5) {
      const chunks = [text.slice(0, at), text.slice(at, next), text.slice(next)];
      assert.equal((await masked(chunks, ['s3cr3t-s3cr3t'])).join(''), expected);
    }
  }
});

test('nothing is held back but what may be the beginning of a secret', async () => {
  assert.deepEqual(await masked(['Collecting demo', '\n', 'ab', 'abX'], ['ababab']), [
    'Collecting demo',
    '\n',
    'ababX',
  ]);
});

test('a secret that the stream breaks off within is masked, as little of it as there is', async () => {
  assert.deepEqual(await masked(['token: abcdefg'], ['abcdefghijkl']), ['token: ', '******']);
  assert.deepEqual(await masked(['token: ab'], ['abcdefghijkl']), ['token: ', 'ab']);
});

test('of secrets of which one begins the other, all of the longer one is masked', async () => {
  assert.equal((await masked(['x abcdef', 'ghi y'], ['abcdefghi', 'abcdef'])).join(''), 'x ****** y');
  assert.equal((await masked(['x abcdefghi y'], ['abcdefghi', 'abcdef'])).join(''), 'x ****** y');
});

test('bytes that are no text come out as they went in', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  assert.equal((await masked([bytes, bytes], ['secret'])).join(''), Buffer.concat([bytes, bytes]).toString('latin1'));
});

test('however a stream is cut, it comes out as the whole text would (property)', async () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'ab', 'abab', 'c', 'cd'), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(text, async (chunks) => {
      const whole = chunks.join('');
      assert.equal((await masked(chunks, ['ababcd'])).join(''), whole.replaceAll('ababcd', '******'));
    }),
    { numRuns: 300 },
  );
});
