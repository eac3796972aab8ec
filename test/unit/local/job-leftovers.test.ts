import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { KILLED_REASON } from '../../../src/jobs/job-store.ts';
import type { JobRecord } from '../../../src/jobs/record.ts';
import type { SecondaryStatus } from '../../../src/jobs/status.ts';
import { moved } from '../../../src/jobs/transitions.ts';
import { lockDelivery } from '../../../src/local/deliver/delivery-lock.ts';
import { removeLeftovers, tidyJobFolder } from '../../../src/local/job-leftovers.ts';
import { temporaryFolder } from '../../support/job.ts';
import { endedRecord, jobRequest, newRecord } from '../../support/records.ts';

function write(dir: string, path: string, content = path): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), content);
}

const MODEL = 'hosts/algo-1/ml/model/m';
const CHECKPOINT = 'hosts/algo-1/ml/checkpoints/c';

function jobFolder(t: TestContext): string {
  const dir = temporaryFolder(t);
  for (const path of [MODEL, CHECKPOINT, 'hosts/algo-1/ml/output/data/o', 'channels/x', 'logs/algo-1.log'])
    write(dir, path);
  return dir;
}

const request = jobRequest('job', { CheckpointConfig: { S3Uri: '/kept' } });

function killedIn(...statuses: readonly SecondaryStatus[]): JobRecord {
  let record = newRecord('job', { leftovers: ['process'], request });
  for (const status of [...statuses, 'Failed'] as const) record = moved(record, status);
  return { ...record, FailureReason: KILLED_REASON };
}

/** Paths of the kept files below `undelivered`. */
function keptIn(dir: string): readonly string[] {
  const kept = join(dir, 'undelivered');
  if (!existsSync(kept)) return [];
  return [MODEL, CHECKPOINT, 'hosts/algo-1/ml/output/data/o'].filter((path) => existsSync(join(kept, path)));
}

for (const status of ['Training', 'Stopping', 'Uploading'] as const) {
  test(`a job that was killed in ${status} keeps what its hosts have written, whatever its record says of their end`, async (t) => {
    const dir = jobFolder(t);
    const changes = await tidyJobFolder(killedIn('Downloading', 'Training', status), dir);
    assert.equal(changes.undelivered, join(dir, 'undelivered'));
    assert.deepEqual(keptIn(dir), [MODEL, CHECKPOINT, 'hosts/algo-1/ml/output/data/o']);
    assert.equal(readFileSync(join(dir, 'undelivered', MODEL), 'utf8'), MODEL);
    assert.deepEqual(readdirSync(dir).sort(), ['logs', 'undelivered']);
  });
}

test('a job that was killed while its checkpoints were restored keeps none: they are incomplete copies', async (t) => {
  for (const steps of [['Downloading'], ['Training', 'Interrupted', 'Starting', 'Downloading']] as const) {
    const dir = jobFolder(t);
    assert.equal((await tidyJobFolder(killedIn(...steps), dir)).undelivered, undefined);
    assert.deepEqual(readdirSync(dir), ['logs']);
  }
});

test('an ended job keeps the parts that its record calls undelivered', async (t) => {
  const undelivered = '/undelivered';
  const cases: ReadonlyArray<readonly [Partial<JobRecord>, readonly string[]]> = [
    [{}, []],
    [{ undelivered }, [MODEL, 'hosts/algo-1/ml/output/data/o']],
    [{ hasUncopiedCheckpoints: true }, [CHECKPOINT]],
    [{ undelivered, hasUncopiedCheckpoints: true }, [MODEL, CHECKPOINT, 'hosts/algo-1/ml/output/data/o']],
  ];
  for (const [members, kept] of cases) {
    const dir = jobFolder(t);
    const changes = await tidyJobFolder(endedRecord('job', { request, ...members }), dir);
    assert.deepEqual(keptIn(dir), kept);
    assert.equal(changes.undelivered, kept.length === 0 ? undefined : join(dir, 'undelivered'));
    assert.equal(changes.hasUncopiedCheckpoints, undefined);
  }
});

test('a link in the place of a folder of the host moves nothing of this machine', async (t) => {
  const dir = temporaryFolder(t);
  const elsewhere = temporaryFolder(t);
  write(elsewhere, 'data/mine');
  mkdirSync(join(dir, 'hosts/algo-1/ml'), { recursive: true });
  symlinkSync(elsewhere, join(dir, 'hosts/algo-1/ml/output'));
  const { undelivered } = await tidyJobFolder(killedIn('Training'), dir);
  assert.equal(undelivered, undefined);
  assert.equal(readFileSync(join(elsewhere, 'data/mine'), 'utf8'), 'data/mine');
});

test('the clean-up removes what a killed delivery has begun, and nothing of another process', async (t) => {
  const dir = temporaryFolder(t);
  const out = temporaryFolder(t);
  const targets = [out, join(dir, 'undelivered')];
  await lockDelivery(dir, 'job', targets);
  // As if that process had been killed.
  const lock = JSON.parse(readFileSync(join(dir, 'delivering'), 'utf8'));
  writeFileSync(join(dir, 'delivering'), JSON.stringify({ ...lock, startTicks: '1' }));
  write(out, `model.tar.gz.optml-partial-${process.pid}-a`);
  write(out, `model.tar.gz.optml-partial-1${process.pid}-a`);
  write(dir, 'undelivered/upload.tar.gz');
  write(dir, `undelivered/${MODEL}`);
  const elsewhere = jobRequest('job', { OutputDataConfig: { S3OutputPath: 's3://bucket/out' } });
  const members = { undelivered: join(dir, 'undelivered'), leftovers: ['process'], request: elsewhere };
  const record = endedRecord('job', members);
  const changes = await removeLeftovers(record, dir, { home: dir, variables: {} });
  assert.equal(changes.undelivered, join(dir, 'undelivered'));
  assert.deepEqual(readdirSync(out), [`model.tar.gz.optml-partial-1${process.pid}-a`]);
  assert.deepEqual(readdirSync(dir), ['undelivered']);
  assert.deepEqual(readdirSync(join(dir, 'undelivered')), ['hosts']);
});

test('the clean-up leaves a delivery that runs alone', async (t) => {
  const dir = temporaryFolder(t);
  const partial = `model.tar.gz.optml-partial-${process.pid}-a`;
  const out = temporaryFolder(t);
  await lockDelivery(dir, 'job', [out]);
  write(out, partial);
  write(dir, 'undelivered/upload.tar.gz');
  const record = endedRecord('job', { undelivered: join(dir, 'undelivered'), leftovers: ['process'] });
  await removeLeftovers(record, dir, { home: dir, variables: {} });
  assert.deepEqual(readdirSync(out), [partial]);
  assert.deepEqual(readdirSync(dir).sort(), ['delivering', 'undelivered']);
  assert.deepEqual(readdirSync(join(dir, 'undelivered')), ['upload.tar.gz']);
});

test('the record of a killed job names the links in the place of its folders, which are not kept', async (t) => {
  const dir = jobFolder(t);
  write(dir, 'victim/precious');
  for (const path of ['model', 'checkpoints']) {
    renameSync(join(dir, 'hosts/algo-1/ml', path), join(dir, `hosts/algo-1/${path}`));
    symlinkSync('../../../victim', join(dir, 'hosts/algo-1/ml', path));
  }
  const { notDelivered } = await tidyJobFolder(killedIn('Downloading', 'Training'), dir);
  assert.deepEqual(notDelivered, [
    'model of algo-1 is a symbolic link to "../../../victim"',
    'checkpoints of algo-1 is a symbolic link to "../../../victim"',
  ]);
  assert.deepEqual(keptIn(dir), ['hosts/algo-1/ml/output/data/o']);
  assert.deepEqual(readdirSync(join(dir, 'victim')), ['precious']);
});
