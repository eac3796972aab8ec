import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withDisk } from '../support/disks.ts';
import { makeJob, startTrain } from '../support/job.ts';
import { shellJob } from '../support/processes.ts';

// Without the banner, which would drown the message of a failed assertion.
const QUIET = { SAGEMAKER_CONTAINER_LOG_LEVEL: 'WARNING' };
const ALWAYS = { ...QUIET, OPTML_PACKAGE: 'always' };
// Larger than every full disk here, and no smaller packed.
const MODEL = 'head -c 600000 /dev/urandom > "$SM_MODEL_DIR/weights"';

test('a disk too full for the model archive is a failed job, and no half of an archive is left', async (t) => {
  const base = makeJob(t, shellJob(MODEL));
  await withDisk(t, join(base, 'output'), 'size=256k', async () => {
    mkdirSync(join(base, 'output', 'data'));
    const result = await startTrain(t, base, ALWAYS).ended;
    assert.notEqual(result.code, 0);
    assert.equal(result.isSuccess, false);
    assert.match(result.failure ?? '', /PACKAGING_FAILED: packing .*\/model failed: ENOSPC/);
    assert.match(result.failure ?? '', /Fix: The disk is full: save less, or ask for a larger volume/);
    assert.deepEqual(readdirSync(join(base, 'output')).sort(), ['data', 'failure']);
    assert.equal(statSync(join(base, 'model', 'weights')).size, 600_000);
  });
});

test('an archive of an earlier run stays whole when packing fails', async (t) => {
  const base = makeJob(t, shellJob(MODEL));
  await withDisk(t, join(base, 'output'), 'size=256k', async () => {
    spawnSync('sh', ['-c', 'mkdir data && echo the old archive > model.tar.gz'], { cwd: join(base, 'output') });
    const result = await startTrain(t, base, ALWAYS).ended;
    assert.notEqual(result.code, 0);
    assert.equal(readFileSync(join(base, 'output', 'model.tar.gz'), 'utf8'), 'the old archive\n');
    assert.deepEqual(readdirSync(join(base, 'output')).sort(), ['data', 'failure', 'model.tar.gz']);
  });
});

test('output data too large for the disk is a failed job, after the model was packed', async (t) => {
  const script =
    'head -c 100000 /dev/urandom > "$SM_MODEL_DIR/weights"; head -c 300000 /dev/urandom > "$SM_OUTPUT_DATA_DIR/predictions"';
  const base = makeJob(t, shellJob(script));
  mkdirSync(join(base, 'packed'));
  await withDisk(t, join(base, 'packed'), 'size=256k', async () => {
    const result = await startTrain(t, base, { ...ALWAYS, OPTML_MODEL_ARCHIVE: 'packed/model.tar.gz' }).ended;
    assert.notEqual(result.code, 0);
    assert.equal(result.isSuccess, false);
    assert.match(result.failure ?? '', /PACKAGING_FAILED: packing .*\/output\/data failed: ENOSPC/);
    assert.deepEqual(readdirSync(join(base, 'packed')), ['model.tar.gz']);
  });
});

test('a disk without room for the success file is a failed job (C71)', async (t) => {
  const base = makeJob(t, shellJob('i=0; while touch "$SM_OUTPUT_DIR/data/$i" 2>/dev/null; do i=$((i+1)); done'));
  // Every empty file takes an inode; there are few.
  await withDisk(t, join(base, 'output'), 'size=256k,nr_inodes=16', async () => {
    mkdirSync(join(base, 'output', 'data'));
    const result = await startTrain(t, base, QUIET).ended;
    assert.notEqual(result.code, 0);
    assert.equal(result.isSuccess, false);
    assert.match(result.stderr, /DISK_WRITE_FAILED: the success file cannot be written: ENOSPC/);
    assert.match(result.stderr, /Reporting training FAILURE/);
  });
});

test('a disk without room for the failure file keeps the exit code of the script, and says why', async (t) => {
  const base = makeJob(t, shellJob('cat /dev/zero > "$SM_OUTPUT_DIR/data/full" 2>/dev/null; echo why >&2; exit 9'));
  await withDisk(t, join(base, 'output'), 'size=256k', async () => {
    mkdirSync(join(base, 'output', 'data'));
    const result = await startTrain(t, base, QUIET).ended;
    assert.equal(result.code, 9);
    assert.equal(result.isSuccess, false);
    assert.equal(result.failure, undefined);
    assert.match(result.stderr, /the failure file cannot be written: ENOSPC/);
    assert.match(result.stderr, /ErrorMessage "why/);
    assert.deepEqual(readdirSync(join(base, 'output')), ['data']);
  });
});

test('a model folder that the script filled up is a failed job with the words of the script', async (t) => {
  const base = makeJob(t, shellJob('head -c 600000 /dev/zero > "$SM_MODEL_DIR/weights"'));
  await withDisk(t, join(base, 'model'), 'size=256k', async () => {
    const result = await startTrain(t, base, ALWAYS).ended;
    assert.equal(result.code, 1);
    assert.match(result.failure ?? '', /ErrorMessage ".*No space left on device/);
    assert.equal(existsSync(join(base, 'output', 'model.tar.gz')), false);
  });
});

test('an output folder that is read-only is a failed job with exit code not 0', async (t) => {
  for (const script of ['exit 0', 'echo why >&2; exit 9']) {
    const base = makeJob(t, shellJob(script));
    await withDisk(t, join(base, 'output'), 'ro', async () => {
      const result = await startTrain(t, base, QUIET).ended;
      assert.equal(result.code, script === 'exit 0' ? 1 : 9, result.stderr);
      assert.match(result.stderr, /DISK_WRITE_FAILED: the (success|failure) file cannot be written: EROFS/);
      assert.match(result.stderr, /Reporting training FAILURE/);
      assert.doesNotMatch(result.stderr, /Reporting training SUCCESS|defect in optml/);
    });
  }
});

test('a read-only output folder is named before the script runs when the archive could not be written into it', async (t) => {
  const base = makeJob(t, shellJob('exit 0'));
  await withDisk(t, join(base, 'output'), 'ro', async () => {
    const result = await startTrain(t, base, ALWAYS).ended;
    assert.equal(result.code, 1);
    assert.match(result.stderr, /OUTPUT_LOCATION_INVALID: the model archive \S+ cannot be written: .*EROFS/);
  });
});
