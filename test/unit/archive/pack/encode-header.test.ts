import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Header } from 'tar/header';
import { encodeHeader } from '../../../../src/archive/pack/encode-header.ts';

const dataOf = (path: string) => ({ path, type: 'File' as const, size: 7, mode: 0o644, mtime: new Date(1e12) });

function encoded(encode: (block: Buffer) => boolean) {
  const block = Buffer.alloc(512);
  return { needsMore: encode(block), block: block.toString('latin1') };
}

test('a header of any path has the bytes that the tar package gives it', () => {
  const parts = ['d', 'e'.repeat(30), 'f'.repeat(154), 'g'.repeat(155), 'h'.repeat(255), 'é', '😀'.repeat(20)];
  const lengths = [1, 2, 5, 50, 150];
  for (const first of parts) {
    for (const second of parts) {
      for (const path of lengths.flatMap((count) => [`${first}/${second}`, `${first}/${`${second}/`.repeat(count)}`])) {
        const expected = encoded((block) => new Header(dataOf(path)).encode(block));
        assert.deepEqual(
          encoded((block) => encodeHeader(dataOf(path), block)),
          expected,
          path,
        );
      }
    }
  }
});
