import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pax } from 'tar/pax';
import { paxHeader } from '../../../../src/archive/pack/pax-header.ts';

test('an extended header is that of the tar package, byte for byte', () => {
  // Around the lengths at which the number of digits of a record changes.
  const lengths = [1, 2, 80, 88, 89, 90, 91, 92, 93, 97, 500, 983, 984, 985, 986, 987, 988, 4000];
  const names = lengths.flatMap((length) => ['a'.repeat(length), `${'d/'.repeat(length)}`, `${'é/'.repeat(length)}ü`]);
  for (const name of names) {
    for (const linkpath of [undefined, name, 'x']) {
      for (const size of [0, 9_999_999_999]) {
        const expected = new Pax({ path: name, ...(linkpath && { linkpath }), size }).encode();
        const link = linkpath === undefined ? undefined : Buffer.from(linkpath);
        const found = paxHeader(name, { path: Buffer.from(name), linkpath: link, size });
        assert.ok(found.equals(expected), `${name.slice(0, 20)} (${name.length}), ${linkpath?.length}, ${size}`);
      }
    }
  }
});
