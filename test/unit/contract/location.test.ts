import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLocation } from '../../../src/contract/location.ts';

test('a plain path is left as it is', () => {
  for (const path of ['', 'output/model.tar.gz', '/opt/ml', './100%', 'a:b']) {
    assert.deepEqual(parseLocation(path), { path });
  }
});

test('a file URI is its path, decoded', () => {
  assert.deepEqual(parseLocation('file:///opt/my%20source'), { path: '/opt/my source' });
});

test('a file URI that makes no sense is told, not thrown', () => {
  for (const uri of ['file:///100%/x', 'file://other-host/x']) {
    const parsed = parseLocation(uri);
    assert.ok('trouble' in parsed && parsed.trouble !== '', uri);
  }
});

test('any other URI gives its scheme, in lower case', () => {
  assert.deepEqual(parseLocation('S3://bucket/key'), { scheme: 's3' });
  assert.deepEqual(parseLocation('http://host/x'), { scheme: 'http' });
});
