import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostAddresses } from '../../../../../src/engines/container/network/job-network.ts';

const hosts = (count: number) => Array.from({ length: count }, (_, index) => `algo-${index + 1}`);

test('hosts get the addresses of a subnet from the tenth on', () => {
  assert.deepEqual(
    [...hostAddresses('10.89.3.0/24', hosts(2))],
    [
      ['algo-1', '10.89.3.10'],
      ['algo-2', '10.89.3.11'],
    ],
  );
  assert.equal(hostAddresses('10.89.3.0/24', hosts(245)).get('algo-245'), '10.89.3.254');
  assert.equal(hostAddresses('10.88.0.0/16', hosts(300)).get('algo-300'), '10.88.1.53');
});

test('more hosts than a subnet has addresses are an error with both numbers', () => {
  assert.throws(() => hostAddresses('10.89.3.0/24', hosts(246)), {
    code: 'SETTING_INVALID',
    message: 'the job has 246 hosts, and its network 10.89.3.0/24 has addresses for 245',
    where: 'ResourceConfig.InstanceCount',
  });
  assert.throws(() => hostAddresses('10.89.3.0/30', hosts(1)), { code: 'SETTING_INVALID' });
});
