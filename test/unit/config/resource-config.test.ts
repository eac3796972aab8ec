import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readResourceConfig } from '../../../src/config/resource-config.ts';
import { temporaryFolder } from '../../support/job.ts';

function fileWith(t: TestContext, content: unknown): string {
  const file = join(temporaryFolder(t), 'resourceconfig.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const LEAST = { current_host: 'algo-2', hosts: ['algo-1', 'algo-10', 'algo-2'] };

test('the current host and the hosts, in the order of the file, are all that is needed (C12)', (t) => {
  const config = readResourceConfig(fileWith(t, LEAST));
  assert.equal(config.currentHost, 'algo-2');
  assert.deepEqual(config.hosts, ['algo-1', 'algo-10', 'algo-2']);
  assert.deepEqual(config.instanceGroups, []);
});

test('instance groups keep their order, their hosts and whatever else they hold', (t) => {
  const groups = [
    { instance_group_name: 'b', instance_type: 'ml.c5.xlarge', hosts: ['algo-2', 'algo-1'], extra: 1 },
    { instance_group_name: 'a', instance_type: 'ml.g4dn.xlarge' },
  ];
  const { instanceGroups } = readResourceConfig(fileWith(t, { ...LEAST, instance_groups: groups }));
  assert.deepEqual(
    instanceGroups.map(({ name, hosts }) => ({ name, hosts })),
    [
      { name: 'b', hosts: ['algo-2', 'algo-1'] },
      { name: 'a', hosts: undefined },
    ],
  );
  assert.equal(instanceGroups[0]?.raw.get('extra'), 1n);
});

test('unknown members are kept', (t) => {
  assert.equal(
    readResourceConfig(fileWith(t, { ...LEAST, topology: null, new_member: 'x' })).raw.get('new_member'),
    'x',
  );
});

test('each field of the wrong shape is named', (t) => {
  const cases: ReadonlyArray<readonly [content: unknown, message: RegExp]> = [
    [[], /expected the file to be an object, got a list$/],
    [{ hosts: ['a'] }, /expected "current_host" to be a string, got nothing$/],
    [{ current_host: 'a' }, /expected "hosts" to be a list of strings, got nothing$/],
    [{ current_host: 'a', hosts: 'a' }, /expected "hosts" to be a list of strings, got a string \("a"\)$/],
    [{ current_host: 'a', hosts: [] }, /expected "hosts" to be a list of at least one host, got a list$/],
    [{ current_host: 'a', hosts: ['a', 1] }, /expected "hosts\[1\]" to be a string, got a number \(1\)$/],
    [{ ...LEAST, instance_groups: {} }, /expected "instance_groups" to be a list of objects, got an object$/],
    [{ ...LEAST, instance_groups: ['a'] }, /expected "instance_groups\[0\]" to be an object, got a string \("a"\)$/],
    [
      { ...LEAST, instance_groups: [{}] },
      /expected "instance_groups\[0\].instance_group_name" to be a string, got nothing$/,
    ],
    [
      { ...LEAST, instance_groups: [{ instance_group_name: 'a', hosts: null }] },
      /expected "instance_groups\[0\].hosts" to be a list of strings, got null$/,
    ],
  ];
  for (const [content, message] of cases) {
    assert.throws(() => readResourceConfig(fileWith(t, content)), { code: 'CONFIG_SHAPE', message });
  }
});
