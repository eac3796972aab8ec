import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { OptmlError } from '../../../src/errors/error.ts';
import { errorReason, jobError } from '../../../src/local/job-error.ts';

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('a file that the system refuses is no defect, anything else that is not ours is one', () => {
  const refused = jobError(thrownBy(() => readFileSync('/no/such/file')));
  assert.equal(refused.code, 'DISK_WRITE_FAILED');
  assert.equal(refused.where, '/no/such/file');
  assert.match(errorReason(refused), /^ClientError: a file of the job could not be used: ENOENT/);
  const defect = jobError(new TypeError('x is not a function'));
  assert.equal(defect.code, 'DEFECT');
  assert.equal(errorReason(defect), 'InternalServerError: x is not a function');
});

test('the advice for a full disk is one for this machine, whatever the part says that met it', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
    path: '/out',
  });
  const packing = new OptmlError('PACKAGING_FAILED', 'packing failed', {
    where: '/out',
    fix: 'Ask for a larger volume (VolumeSizeInGB).',
    cause: full,
  });
  for (const [error, code] of [
    [packing, 'PACKAGING_FAILED'],
    [full, 'DISK_WRITE_FAILED'],
  ] as const) {
    const found = jobError(error);
    assert.deepEqual([found.code, found.where, found.exitCode, found.cause], [code, '/out', 1, full]);
    assert.equal(
      found.fix,
      'Free some space on that disk, or use another one: --output sets the location of artifacts, OPTML_HOME that of jobs.',
    );
  }
});

test('the platform’s own failures differ from the job’s', () => {
  assert.equal(errorReason(new OptmlError('ENGINE_FAILED', 'gone')), 'InternalServerError: gone');
  assert.equal(errorReason(new OptmlError('CHANNEL_INVALID', 'none')), 'ClientError: none');
  assert.equal(errorReason(new OptmlError('S3_FAILED', 'x'.repeat(2000))).length, 1024);
});

test('the advice for a file in the place of a folder is to move it', () => {
  const { where, fix } = jobError(thrownBy(() => readFileSync('/dev/null/below')));
  assert.deepEqual([where, fix?.split(':')[0]], ['/dev/null/below', 'A file is in the place of a folder of this path']);
});
