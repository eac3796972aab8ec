import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketOfHost, refuseWebPages } from '../../../../src/endpoint/http/allowed-hosts.ts';

const NAMES = ['machine.example', '10.0.0.7'];

function isRefused(host: string | undefined): boolean {
  const headers = host === undefined ? {} : { host };
  const head = { method: 'GET', path: '/', query: new URLSearchParams(), headers, rawHeaders: [] };
  try {
    refuseWebPages(head, NAMES);
    return false;
  } catch (error) {
    assert.equal((error as { reason?: string }).reason, 'foreign-host');
    return true;
  }
}

test('a host name in front of the names of the endpoint is a bucket', () => {
  const buckets: Readonly<Record<string, string | undefined>> = {
    'my-bucket.localhost:4566': 'my-bucket',
    'My.Dotted.Bucket.localhost': 'my.dotted.bucket',
    'my-bucket.s3.localhost': 'my-bucket',
    'my-bucket.s3.eu-west-1.localhost:80': 'my-bucket',
    'my-bucket.s3-eu-west-1.localhost': 'my-bucket',
    's3.localhost': undefined,
    'my-bucket.machine.example': 'my-bucket',
    'machine.example': undefined,
    'my-bucket.10.0.0.7': undefined,
    localhost: undefined,
    '127.0.0.1:4566': undefined,
    '[::1]:4566': undefined,
    'my-bucket.localhost.example.com': undefined,
  };
  for (const [host, bucket] of Object.entries(buckets)) {
    assert.equal(bucketOfHost(host, NAMES), bucket, host);
  }
});

test('addresses and own names are accepted as the host, and other names refused', () => {
  for (const host of [
    'localhost',
    'a.localhost:1',
    '127.0.0.1',
    '[::1]:80',
    '192.168.0.9:4566',
    'MACHINE.example',
    'b.machine.example',
    'host.docker.internal:4566',
  ]) {
    assert.equal(isRefused(host), false, host);
  }
  for (const host of [
    undefined,
    '',
    'example.com',
    'localhost.example.com',
    'machine.example.com',
    'a b',
    'user@localhost',
    'localhost:x',
    '127.0.0.1.example.com',
    '2130706433',
    '0x7f000001',
  ]) {
    assert.equal(isRefused(host), true, host);
  }
});
