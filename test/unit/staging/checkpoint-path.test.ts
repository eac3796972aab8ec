import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainingJobRequest } from '../../../src/request/request.ts';
import { checkpointMounts, checkpointPathOn } from '../../../src/staging/checkpoint-path.ts';

const ML_DIR = '/jobs/job/hosts/algo-1/ml';

function requestWith(localPath?: string): TrainingJobRequest {
  return {
    TrainingJobName: 'job',
    OutputDataConfig: { S3OutputPath: '/out' },
    CheckpointConfig: { S3Uri: '/kept', ...(localPath !== undefined && { LocalPath: localPath }) },
  };
}

const CASES = [
  { localPath: undefined, inContainer: '/opt/ml/checkpoints', withoutOptMl: `${ML_DIR}/checkpoints` },
  { localPath: '/opt/ml/checkpoints', inContainer: '/opt/ml/checkpoints', withoutOptMl: `${ML_DIR}/checkpoints` },
  { localPath: '/opt/ml/checkpoints/', inContainer: '/opt/ml/checkpoints', withoutOptMl: `${ML_DIR}/checkpoints` },
  { localPath: '/opt//ml/checkpoints/.', inContainer: '/opt/ml/checkpoints', withoutOptMl: `${ML_DIR}/checkpoints` },
  { localPath: '//opt/ml/my/place//', inContainer: '/opt/ml/my/place', withoutOptMl: `${ML_DIR}/my/place` },
  { localPath: '/elsewhere/', inContainer: '/elsewhere', withoutOptMl: '/elsewhere' },
  { localPath: '/opt/ml-2', inContainer: '/opt/ml-2', withoutOptMl: '/opt/ml-2' },
  { localPath: '/opt/ml/../other', inContainer: '/opt/other', withoutOptMl: '/opt/other' },
];

for (const { localPath, inContainer, withoutOptMl } of CASES) {
  test(`a host finds the checkpoints of the LocalPath ${localPath ?? '(none)'} at one normalized path`, () => {
    const request = requestWith(localPath);
    assert.equal(checkpointPathOn({ hasOptMl: true }, ML_DIR, request), inContainer);
    assert.equal(checkpointPathOn({ hasOptMl: false }, ML_DIR, request), withoutOptMl);
    const isDefault = inContainer === '/opt/ml/checkpoints';
    const mount = { source: `${ML_DIR}/checkpoints`, target: inContainer, isReadOnly: false };
    assert.deepEqual(checkpointMounts(ML_DIR, request), isDefault ? [] : [mount]);
  });
}

test('a job without a checkpoint configuration has no checkpoint path and no mount', () => {
  const request = { TrainingJobName: 'job', OutputDataConfig: { S3OutputPath: '/out' } };
  assert.equal(checkpointPathOn({ hasOptMl: true }, ML_DIR, request), undefined);
  assert.deepEqual(checkpointMounts(ML_DIR, request), []);
});
