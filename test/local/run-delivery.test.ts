// Locations of outputs and checkpoints that cannot be written. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { withDisk } from '../support/disks.ts';
import { type Fault, startFakeFaults } from '../support/fake-s3-faults.ts';
import { makeWorkplace, statusesOf, type Workplace } from '../support/run-job-command.ts';
import { s3Variables, startS3 } from '../support/s3.ts';

const TRAINS = 'echo begun; echo m > $ml/model/m';

/** Runs a job whose location is unavailable, and checks that its training does not start. */
async function assertNotStarted(workplace: Workplace, reason: RegExp, variables: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await workplace.run([], variables);
  assert.equal(code, 2, stderr);
  assert.equal(stdout, '', 'training has not begun');
  assert.deepEqual(statusesOf(workplace.record()), ['Starting', 'Downloading', 'Failed']);
  assert.match(workplace.record().FailureReason ?? '', reason);
  assert.match(stderr, /^Fix: /m);
  assert.doesNotMatch(stderr, /DEFECT|ENOENT|\n\s+at /);
  assert.deepEqual(workplace.leftIn(), []);
}

function outputAt(t: TestContext, S3OutputPath: string): Workplace {
  return makeWorkplace(t, TRAINS, { OutputDataConfig: { S3OutputPath } });
}

function checkpointsAt(t: TestContext, S3Uri: string): Workplace {
  return makeWorkplace(t, TRAINS, { CheckpointConfig: { S3Uri } });
}

for (const [what, make] of [
  ['artifacts', outputAt],
  ['checkpoints', checkpointsAt],
] as const) {
  test(`a file in the path of the ${what} fails the job before training starts`, async (t) => {
    const workplace = make(t, './file/below');
    workplace.write('file', 'a file, not a folder');
    const reason = new RegExp(
      `^ClientError: the ${what} cannot be written to .*/file/below.*: a part of this path is a file`,
    );
    await assertNotStarted(workplace, reason);
  });

  test(`a read-only file system for the ${what} fails the job before training starts`, async (t) => {
    const workplace = make(t, './disk/below');
    mkdirSync(join(workplace.dir, 'disk'));
    await withDisk(t, join(workplace.dir, 'disk'), 'ro', () =>
      assertNotStarted(workplace, /^ClientError: .*disk\/below.*: the file system is read-only$/),
    );
  });

  test(`a full disk for the ${what} fails the job before training starts`, async (t) => {
    const workplace = make(t, './disk/below');
    const disk = join(workplace.dir, 'disk');
    mkdirSync(disk);
    await withDisk(t, disk, 'size=64k', async () => {
      writeFileSync(join(disk, 'large'), Buffer.alloc(64 * 1024));
      await assertNotStarted(workplace, /^ClientError: .*disk\/below.*: the disk is full$/);
      assert.deepEqual(readdirSync(disk), ['large'], 'no probe is left');
    });
  });

  test(`a bucket for the ${what} that does not exist fails the job before training starts`, async (t) => {
    const s3 = await startS3(t);
    const workplace = make(t, 's3://no-such-bucket/prefix');
    await assertNotStarted(workplace, /^ClientError: .*s3:\/\/no-such-bucket\/.*NoSuchBucket/, s3.variables);
  });
}

test('expired credentials fail the job before training starts', async (t) => {
  const expired: Fault = { status: 400, code: 'ExpiredToken' };
  const { endpoint } = await startFakeFaults(t, await startS3(t), () => expired);
  await assertNotStarted(outputAt(t, 's3://bucket/prefix'), /^ClientError: .*ExpiredToken/, s3Variables(endpoint));
});

test('missing credentials fail the job before training starts', async (t) => {
  const { endpoint } = await startS3(t);
  const variables = { ...s3Variables(endpoint), AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  await assertNotStarted(outputAt(t, 's3://bucket/prefix'), /^ClientError: .*[Cc]redentials/, variables);
});

test('a location of another scheme fails the job before training starts', async (t) => {
  await assertNotStarted(outputAt(t, 'https://host/prefix'), /^ClientError: .*"https:\/\/host\/prefix"$/);
});

test('the check leaves nothing behind, and a job without outputs makes no folder for them', async (t) => {
  const workplace = makeWorkplace(t, 'true', { CheckpointConfig: { S3Uri: './kept' } });
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.deepEqual(readdirSync(workplace.dir).sort(), ['home', 'job.json', 'project']);
});
