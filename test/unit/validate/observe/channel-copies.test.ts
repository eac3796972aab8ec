import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { changesOf, copyChannels } from '../../../../src/validate/observe/channel-copies.ts';
import { temporaryFolder } from '../../../support/job.ts';

test('small channels become copies, whose changes are told; the user’s own stay as they are', async (t) => {
  const dir = temporaryFolder(t);
  const own = join(dir, 'own');
  mkdirSync(join(own, 'sub'), { recursive: true });
  for (const name of ['kept', 'changed', 'removed', 'sub/deep']) writeFileSync(join(own, name), name);
  const target = '/opt/ml/input/data/training';
  const checkpoints = { source: dir, target: '/opt/ml/checkpoints', isReadOnly: false };
  const { mounts, copies } = await copyChannels(
    [{ source: own, target, isReadOnly: true }, checkpoints],
    join(dir, 'copies'),
  );
  const [mount, other] = mounts;
  assert.deepEqual(other, checkpoints, 'what can be written to anyway is no copy');
  assert.equal(mount?.isReadOnly, false);
  assert.deepEqual(await changesOf(copies), []);
  const location = mount?.source ?? '';
  writeFileSync(join(location, 'changed'), 'other');
  writeFileSync(join(location, 'made'), '');
  rmSync(join(location, 'removed'));
  assert.deepEqual(await changesOf(copies), [
    `changed ${target}/changed`,
    `made ${target}/made`,
    `removed ${target}/removed`,
  ]);
  assert.equal(statSync(join(own, 'removed')).size, 'removed'.length);
});

test('a channel that is a single file stays read-only', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'file'), '');
  const mount = { source: join(dir, 'file'), target: '/opt/ml/input/data/training/file', isReadOnly: true };
  assert.deepEqual(await copyChannels([mount], join(dir, 'copies')), { mounts: [mount], copies: [] });
});
