import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostAddresses, plainAddress } from '../../../../src/launchers/cluster/host-addresses.ts';

test('an IPv4 address that is written as one of IPv6 is the same address', () => {
  assert.deepEqual(['::ffff:10.0.0.7', '10.0.0.7', 'FE80::1%eth0', '::1'].map(plainAddress), [
    '10.0.0.7',
    '10.0.0.7',
    'fe80::1',
    '::1',
  ]);
});

test('a host has all addresses of its name, and no other', async () => {
  const addresses = new HostAddresses(['a', 'b'], async (host) =>
    host === 'a' ? ['10.0.0.1', '::ffff:10.0.0.2'] : ['10.0.0.3'],
  );
  assert.deepEqual(addresses.knownAt('10.0.0.1'), [], 'nothing was looked up yet');
  assert.deepEqual(
    await Promise.all(['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address) => addresses.has('a', address))),
    [true, true, false],
  );
  assert.deepEqual(await addresses.hostsAt('10.0.0.3'), ['b']);
});

test('a name is looked up again for an unknown address, and keeps what it had where it does not resolve', async () => {
  let current: readonly string[] = ['10.0.0.1'];
  let lookUps = 0;
  const addresses = new HostAddresses(['a'], async () => {
    lookUps++;
    return current;
  });
  assert.equal(await addresses.has('a', '10.0.0.1'), true);
  current = [];
  assert.equal(await addresses.has('a', '10.0.0.9'), false);
  assert.equal(await addresses.has('a', '10.0.0.1'), true);
  current = ['10.0.0.9'];
  const all = await Promise.all(Array.from({ length: 50 }, () => addresses.has('a', '10.0.0.9')));
  assert.deepEqual([all.every(Boolean), await addresses.has('a', '10.0.0.1')], [true, false]);
  assert.ok(lookUps <= 4, `${lookUps} look-ups`);
});
