import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderStore } from '../../../../src/staging/checkpoint-store.ts';
import { deliverCheckpoints } from '../../../../src/staging/delivery/deliver-checkpoints.ts';
import { temporaryFolder } from '../../../support/job.ts';

function write(dir: string, path: string, content: string, writtenSeconds: number): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, path), content);
  utimesSync(join(dir, path), writtenSeconds, writtenSeconds);
}

test('checkpoints that are missing or older at their location are copied there, of several hosts the newest; newer ones stay', async (t) => {
  const dir = temporaryFolder(t);
  const mlDirs = ['algo-1', 'algo-2'].map((host) => join(dir, 'hosts', host, 'ml'));
  const [first = '', second = ''] = mlDirs.map((mlDir) => join(mlDir, 'checkpoints'));
  const location = join(dir, 'location');
  write(first, 'missing', 'first', 100);
  write(first, 'both', 'first', 200);
  write(second, 'both', 'second', 100);
  write(first, 'older', 'first', 200);
  write(location, 'older', 'before', 100);
  write(first, 'newer', 'first', 200);
  write(location, 'newer', 'of a newer job', 300);
  const signal = new AbortController().signal;
  const options = { workDir: dir, mlDirs, signal, warn: assert.fail, onProgress: () => undefined };
  assert.equal(await deliverCheckpoints(folderStore(location), options), true);
  const found = readdirSync(location)
    .sort()
    .map((name) => [name, readFileSync(join(location, name), 'utf8')]);
  assert.deepEqual(found, [
    ['both', 'first'],
    ['missing', 'first'],
    ['newer', 'of a newer job'],
    ['older', 'first'],
  ]);
});

test('checkpoints whose time is 1970 or before are copied', async (t) => {
  const dir = temporaryFolder(t);
  const mlDir = join(dir, 'hosts', 'algo-1', 'ml');
  const location = join(dir, 'location');
  write(join(mlDir, 'checkpoints'), 'of-1970', 'first', 0);
  write(join(mlDir, 'checkpoints'), 'of-1969', 'second', -100);
  const signal = new AbortController().signal;
  const options = { workDir: dir, mlDirs: [mlDir], signal, warn: assert.fail, onProgress: () => undefined };
  assert.equal(await deliverCheckpoints(folderStore(location), options), true);
  assert.deepEqual(readdirSync(location).sort(), ['of-1969', 'of-1970']);
});
