import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImageFiles } from '../../../../src/validate/image/image-files.ts';
import { BIN, filesOf, SHELL, script } from '../image-of.ts';

test('a path is followed through links of folders and files, also hard ones, and out of no image', () => {
  const files = filesOf([
    BIN,
    SHELL,
    { name: 'usr/local/bin/train', type: '2', link: '../lib/app/train' },
    script('usr/local/lib/app/train'),
    { name: 'usr/bin/dash', type: '1', link: 'usr/bin/sh' },
    { name: 'loop', type: '2', link: '/loop' },
    { name: 'up', type: '2', link: '../../../bin/sh' },
  ]);
  const pathOf = (path: string) => files.find(path)?.path;
  assert.equal(pathOf('/bin/sh'), '/usr/bin/sh');
  assert.equal(pathOf('/usr/local/bin/train'), '/usr/local/lib/app/train');
  assert.equal(pathOf('/bin/dash'), '/usr/bin/sh');
  assert.equal(pathOf('/up'), '/usr/bin/sh');
  assert.equal(pathOf('/loop'), undefined);
  assert.equal(pathOf('/none'), undefined);
  assert.equal(files.findOnPath('train', '/none:/usr/local/bin')?.path, '/usr/local/lib/app/train');
});

test('of a PATH the first executable file counts; one that is not executable is known', () => {
  const files = filesOf([script('a/train', '', 0o644), script('b/train')]);
  assert.equal(files.findOnPath('train', '/a:/b')?.path, '/b/train');
  assert.deepEqual(
    files.allOnPath('train', '/a').map(({ path, isExecutable }) => [path, isExecutable]),
    [['/a/train', false]],
  );
});

test('what is hidden by mounts, users, the driver, caches and sizes are collected', () => {
  const { facts } = filesOf([
    { name: 'opt/ml/model/weights.bin', content: 'w' },
    { name: 'opt/ml/model/.gitkeep', content: '' },
    { name: 'opt/ml/input/data/empty', content: '' },
    { name: 'opt/ml/code/train.py', content: 'x' },
    { name: 'etc/passwd', content: 'root:x:0:0::/root:/bin/sh\nme:x:1000:1000::/:/bin/sh\n' },
    { name: 'usr/lib/libcuda.so.535.104.05', content: 'x' },
    { name: 'usr/lib/libnvidia-ml.so.1', content: '' },
    { name: 'usr/local/cuda/compat/libcuda.so.535.104.05', content: 'x' },
    { name: 'usr/bin/nvidia-smi', content: '#!/bin/sh', mode: 0o755 },
    { name: 'root/.cache/pip/x', content: '12345' },
    { name: 'home/me/.cache/y', content: '12345' },
  ]);
  assert.deepEqual(facts.hidden, ['/opt/ml/model/weights.bin']);
  assert.deepEqual([...(facts.users ?? [])], ['root', '0', 'me', '1000']);
  assert.deepEqual(facts.driver, ['/usr/lib/libcuda.so.535.104.05']);
  assert.deepEqual([...facts.caches], [['~/.cache', 10]]);
  assert.equal(facts.folders.get('/opt/ml'), 2);
});

test('a key is no secret where the image itself lets it in, as the hosts of an MPI job do', () => {
  const key = { name: 'root/.ssh/id_rsa', content: `-----BEGIN OPENSSH ${'PRIVATE'} KEY-----\nAAAA\n` };
  assert.equal(filesOf([key]).facts.secrets[0]?.path, '/root/.ssh/id_rsa');
  assert.deepEqual(filesOf([key, { name: 'root/.ssh/authorized_keys', content: 'ssh-rsa AAAA' }]).facts.secrets, []);
});

test('links that make a path ever longer lead to nothing, in a moment', () => {
  const target = (index: number) => `${'a/../'.repeat(20_000)}l${index + 1}`;
  const links = new Map(Array.from({ length: 30 }, (_, index) => [`/l${index}`, target(index)]));
  const files = new ImageFiles({ ...filesOf([]).facts, links });
  const start = performance.now();
  assert.equal(files.find('/l0'), undefined);
  assert.ok(performance.now() - start < 5000);
});
