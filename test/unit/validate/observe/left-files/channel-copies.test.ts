import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { JobFolder } from '../../../../../src/job-tree/job-folder.ts';
import { changesOf, copyChannels } from '../../../../../src/validate/observe/left-files/channel-copies.ts';
import { temporaryFolder } from '../../../../support/job.ts';

/** Where the copies of a host are made. */
function placeFor(t: TestContext) {
  const dir = temporaryFolder(t);
  const folder = JobFolder.open(dir);
  t.after(() => folder.close());
  return { folder, dir, host: 'algo-1', signal: new AbortController().signal };
}

test('small channels become copies, whose changes are reported; the user’s own stay as they are', async (t) => {
  const dir = temporaryFolder(t);
  const own = join(dir, 'own');
  mkdirSync(join(own, 'sub'), { recursive: true });
  for (const name of ['kept', 'changed', 'removed', 'sub/deep']) writeFileSync(join(own, name), name);
  const place = placeFor(t);
  const changes = () => changesOf(copies, place.folder, place.signal);
  const target = '/opt/ml/input/data/training';
  const checkpoints = { source: dir, target: '/opt/ml/checkpoints', isReadOnly: false };
  const { mounts, copies } = await copyChannels([{ source: own, target, isReadOnly: true }, checkpoints], place);
  const [mount, other] = mounts;
  assert.deepEqual(other, checkpoints, 'what can be written to anyway is no copy');
  assert.equal(mount?.isReadOnly, false);
  assert.deepEqual(await changes(), { changes: [], unseen: [] });
  const location = mount?.source ?? '';
  writeFileSync(join(location, 'changed'), 'other');
  writeFileSync(join(location, 'made'), '');
  rmSync(join(location, 'removed'));
  assert.deepEqual(await changes(), {
    changes: [`changed ${target}/changed`, `made ${target}/made`, `removed ${target}/removed`],
    unseen: [],
  });
  assert.equal(statSync(join(own, 'removed')).size, 'removed'.length);
});

test('a channel that is a single file stays read-only', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'file'), '');
  const mount = { source: join(dir, 'file'), target: '/opt/ml/input/data/training/file', isReadOnly: true };
  assert.deepEqual(await copyChannels([mount], placeFor(t)), { mounts: [mount], copies: [] });
});
