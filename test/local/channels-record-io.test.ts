import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrapRecord } from '../../src/staging/channels/pipe/record-io.ts';

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function wrap(bytes: number, largestPart: number, ...texts: string[]): Promise<readonly [number, string][]> {
  const parts: Buffer[] = [];
  for await (const chunk of wrapRecord(chunks(...texts), bytes, largestPart)) parts.push(chunk);
  const data = Buffer.concat(parts);
  const found: [number, string][] = [];
  for (let at = 0; at < data.length; ) {
    assert.equal(data.readUInt32LE(at), 0xced7230a);
    const word = data.readUInt32LE(at + 4);
    const length = word % 2 ** 29;
    found.push([Math.floor(word / 2 ** 29), data.toString('utf8', at + 8, at + 8 + length)]);
    at += 8 + Math.ceil(length / 4) * 4;
  }
  return found;
}

test('an object too large for the length of one part is one record of several', async () => {
  assert.deepEqual(await wrap(9, 9, '123456789'), [[0, '123456789']]);
  assert.deepEqual(await wrap(10, 9, '1', '23456', '7890'), [
    [1, '12345678'],
    [3, '90'],
  ]);
  assert.deepEqual(await wrap(24, 8, '123456781234567812345678'), [
    [1, '12345678'],
    [2, '12345678'],
    [3, '12345678'],
  ]);
  assert.deepEqual(await wrap(0, 8), [[0, '']]);
});

test('an object that is longer or shorter than it was is an error', async () => {
  await assert.rejects(wrap(3, 8, '12'), /2 bytes instead of the 3 it had/);
  await assert.rejects(wrap(1, 8, '12'), /more than the 1 bytes it had/);
});
