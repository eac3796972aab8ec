// Documents that would keep the parser busy while other requests wait.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readXml } from '../../../src/endpoint/s3/xml/read-xml.ts';

const withKey = (key: string) => `<Delete><Object><Key>${key}</Key></Object></Delete>`;

const REFUSED: readonly (readonly [title: string, document: string])[] = [
  ['a text of 2 MB', withKey('k'.repeat(2_000_000))],
  ['space of 2 MB between elements', `<Delete>${' '.repeat(2_000_000)}<Quiet>true</Quiet></Delete>`],
  ['a name of 2 MB', `<Delete><${'a'.repeat(2_000_000)}/></Delete>`],
  ['an attribute of 2 MB', `<Delete><a b="${'c'.repeat(2_000_000)}"/></Delete>`],
  ['101,000 elements', `<Delete>${'<a/>'.repeat(101_000)}</Delete>`],
  ['101,000 references', `<Delete>${`<Key>${'&lt;'.repeat(1000)}</Key>`.repeat(101)}</Delete>`],
];

for (const [title, document] of REFUSED) {
  test(`a document with ${title} is refused before it is parsed`, () => {
    assert.throws(() => readXml(document, 'Delete'), { code: 'MalformedXML' });
  });
}

test('the longest key is read, also if each byte of it is a reference', () => {
  assert.deepEqual(readXml(withKey('&#x41;'.repeat(1024)), 'Delete'), { Object: { Key: 'A'.repeat(1024) } });
});

test('an operation can allow fewer elements', () => {
  const document = `<Delete>${'<Object><Key>k</Key></Object>'.repeat(10)}</Delete>`;
  assert.throws(() => readXml(document, 'Delete', 20), { code: 'MalformedXML' });
  assert.ok(readXml(document, 'Delete', 21));
});
