import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { whyNeeded } from '../../../../src/engines/process/mounts/needed-paths.ts';
import { ROOT, temporaryFolder } from '../../../support/job.ts';

for (const [path, needed] of [
  ['/', '/opt/ml'],
  ['/opt', '/opt/ml'],
  ['/opt/ml', '/opt/ml'],
  ['/dev', '/dev/null'],
  ['/etc', '/etc/hosts'],
  [ROOT, ROOT],
  [dirname(ROOT), ROOT],
  [dirname(process.execPath), process.execPath],
] as const) {
  test(`${path} cannot be mounted over, since it contains ${needed}`, () => {
    assert.equal(whyNeeded(path), `contains ${needed}, which the host needs`);
  });
}

for (const [path, folder] of [
  ['/proc', '/proc'],
  ['/proc/1', '/proc'],
  ['/sys/fs', '/sys'],
  ['/dev/shm', '/dev/shm'],
  ['/dev/shm/mine', '/dev/shm'],
] as const) {
  test(`${path} cannot be mounted over, since ${folder} is the host's own`, { skip: !existsSync(folder) }, () => {
    assert.equal(whyNeeded(path), `is in ${folder}, which the host has of its own`);
  });
}

test('a folder that the host does not need can be mounted over, also through a link', (t) => {
  const dir = temporaryFolder(t);
  const [folder, link] = [join(dir, 'kept'), join(dir, 'link')];
  mkdirSync(folder);
  symlinkSync(folder, link);
  assert.deepEqual([whyNeeded(folder), whyNeeded(link), whyNeeded('/srv')], [undefined, undefined, undefined]);
});

test('a link to what the host needs is recognized', (t) => {
  const link = join(temporaryFolder(t), 'link');
  symlinkSync('/etc', link);
  assert.equal(whyNeeded(link), 'contains /etc/hosts, which the host needs');
});
