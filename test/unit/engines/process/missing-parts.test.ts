import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Namespaces, namespaceTools } from '../../../../src/engines/process/namespaces.ts';
import { makeJobNetwork } from '../../../../src/engines/process/network/job-network.ts';
import { chooseSubnet } from '../../../../src/engines/process/network/subnet.ts';
import { watchdogStandIn } from '../../../support/process-hosts.ts';

const ALL = {
  ...{ unshare: '/bin/unshare', nsenter: '/bin/nsenter', mount: '/bin/mount', hostname: '/bin/hostname' },
  ...{ setpriv: undefined, ip: '/sbin/ip', pasta: undefined, slirp4netns: undefined },
};

test('namespaces are missing with a cause: another system, a missing program', () => {
  assert.equal(namespaceTools(ALL, { platform: 'darwin' }), 'only Linux has them, not darwin');
  assert.equal(namespaceTools({ ...ALL, unshare: undefined }, { platform: 'linux' }), 'unshare is not installed');
  assert.equal(namespaceTools({ ...ALL, mount: undefined }, { platform: 'linux' }), 'mount is not installed');
  assert.equal(
    typeof namespaceTools({ ...ALL, nsenter: undefined, hostname: undefined }, { platform: 'linux' }),
    'object',
  );
});

test('a network is missing with a cause: a missing program, or what the system prints', async () => {
  const namespaces = namespaceTools(ALL, { platform: 'linux' }) as Namespaces;
  const subnet = chooseSubnet('job', []);
  const make = (changes: Partial<Namespaces>, ip: string | undefined = ALL.ip) =>
    makeJobNetwork({ namespaces: { ...namespaces, ...changes }, ip, subnet, watchdog: watchdogStandIn });
  assert.equal(
    await makeJobNetwork({ namespaces, ip: undefined, subnet, watchdog: watchdogStandIn }),
    'ip is not installed',
  );
  assert.equal(await make({ nsenter: undefined }), 'nsenter is not installed');
  assert.match(String(await make({ unshare: '/nowhere/unshare' })), /ENOENT/);
  assert.equal(await make({ unshare: '/bin/false' }), 'exit code 1');
});
