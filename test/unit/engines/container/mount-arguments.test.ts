import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mountsOf } from '../../../../src/engines/container/mount-arguments.ts';
import { temporaryFolder } from '../../../support/job.ts';

test('each folder of the contract is a mount, outer ones first, so that a program cannot replace it', (t) => {
  const mlDir = temporaryFolder(t);
  for (const path of ['input/config', 'input/data', 'model', 'output/data', 'checkpoints']) {
    mkdirSync(join(mlDir, path), { recursive: true });
  }
  const channel = { source: '/data', target: '/opt/ml/input/data/training', isReadOnly: true };
  const mounts = mountsOf({ mlDir, mounts: [channel] });
  const targets = mounts.map(({ target }) => target.replace('/opt/ml/', ''));
  assert.deepEqual([...targets].sort(), [
    ...['checkpoints', 'input', 'input/config', 'input/data', 'input/data/training', 'model', 'output', 'output/data'],
  ]);
  for (const [index, target] of targets.entries()) {
    const outer = target.split('/').slice(0, -1).join('/');
    assert.ok(outer === '' || targets.indexOf(outer) < index, targets.join());
  }
});

test('a link in the place of an inner folder is no mount', (t) => {
  const mlDir = temporaryFolder(t);
  mkdirSync(join(mlDir, 'output'));
  symlinkSync('/etc', join(mlDir, 'output', 'data'));
  assert.deepEqual(
    mountsOf({ mlDir, mounts: [] }).map(({ target }) => target),
    ['/opt/ml/output'],
  );
});

test('a small file system in the place of a folder has no mounts in it', (t) => {
  const mlDir = temporaryFolder(t);
  for (const path of ['model', 'output/data']) mkdirSync(join(mlDir, path), { recursive: true });
  const limits = { disks: [{ target: '/opt/ml/output', options: 'nr_inodes=1' }] };
  assert.deepEqual(
    mountsOf({ mlDir, mounts: [], limits }).map(({ target }) => target),
    ['/opt/ml/model'],
  );
});
