// JSON bodies with far more values than any request has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBody } from '../../../src/endpoint/protocols/json-body.ts';

const REFUSED = {
  code: 'SerializationException',
  status: 400,
  message: 'The request cannot be read: it has more than 20000 values.',
};

for (const [title, body] of [
  ['members', `{${Array.from({ length: 30_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
  ['items', `{"a":[${'1,'.repeat(30_000)}1]}`],
  ['lists in a list', `{"a":[${'[],'.repeat(20_000)}[]]}`],
] as const) {
  test(`a body with too many ${title} is refused`, () => {
    assert.throws(() => parseBody(Buffer.from(body)), REFUSED);
  });
}

test('commas and brackets in texts are not counted', () => {
  const text = ',[{\\"'.repeat(20_000);
  assert.deepEqual(parseBody(Buffer.from(`{"a":"${text}","b":[1,2]}`)), { a: ',[{"'.repeat(20_000), b: [1, 2] });
});
