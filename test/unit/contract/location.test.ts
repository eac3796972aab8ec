import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrefix, locationBelow, parseLocation, s3Uri } from '../../../src/contract/location.ts';

test('a plain path is left as it is', () => {
  for (const path of ['', 'output/model.tar.gz', '/opt/ml', './100%', 'a:b']) {
    assert.deepEqual(parseLocation(path), { path });
  }
});

test('a file URI is its path, decoded', () => {
  assert.deepEqual(parseLocation('file:///opt/my%20source'), { path: '/opt/my source' });
});

test('an invalid file URI is reported, not thrown', () => {
  for (const uri of ['file:///100%/x', 'file://other-host/x']) {
    const parsed = parseLocation(uri);
    assert.ok('problem' in parsed && parsed.problem !== '', uri);
  }
});

test('any other URI gives its scheme, in lower case', () => {
  assert.deepEqual(parseLocation('FTP://host/key'), { scheme: 'ftp' });
  assert.deepEqual(parseLocation('http://host/x'), { scheme: 'http' });
});

test('a place in S3 is a bucket and a key, which is not decoded', () => {
  const places: readonly (readonly [string, string, string])[] = [
    ['s3://bucket/key', 'bucket', 'key'],
    ['S3://bucket/a/b%20c d?e#f', 'bucket', 'a/b%20c d?e#f'],
    ['s3://my.bucket-1', 'my.bucket-1', ''],
    ['s3://bucket/', 'bucket', ''],
    ['s3://bucket//twice//', 'bucket', '/twice//'],
    [
      's3://arn:aws:s3:eu-west-1:123456789012:accesspoint/own/a/b',
      'arn:aws:s3:eu-west-1:123456789012:accesspoint/own',
      'a/b',
    ],
  ];
  for (const [uri, bucket, key] of places) assert.deepEqual(parseLocation(uri), { s3: { bucket, key } }, uri);
  assert.equal(s3Uri({ bucket: 'bucket', key: 'a b/' }), 's3://bucket/a b/');
});

test('a place in S3 without a bucket that could be one is reported, not thrown', () => {
  for (const uri of ['s3://', 's3:///key', 's3://a b/key', 's3://-/x']) {
    const parsed = parseLocation(uri);
    assert.ok('problem' in parsed && parsed.problem.includes('BUCKET'), uri);
  }
});

test('a place below another one is after one slash, whether that ends in one, is the bucket itself, or neither', () => {
  for (const [key, below] of [
    ['', 'x/y'],
    ['a/', 'a/x/y'],
    ['a', 'a/x/y'],
  ] as const) {
    assert.deepEqual(locationBelow({ bucket: 'bucket', key }, 'x/y'), { bucket: 'bucket', key: below });
    assert.equal(isPrefix({ bucket: 'bucket', key }), key !== 'a');
  }
});
