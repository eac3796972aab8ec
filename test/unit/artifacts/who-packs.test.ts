import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whoPacks } from '../../../src/artifacts/who-packs.ts';

test('the platform packs where there is an ARN, a local runner where there is only a name, else we do (C13)', () => {
  assert.deepEqual(whoPacks('auto', { TRAINING_JOB_ARN: 'arn:x', TRAINING_JOB_NAME: 'x' }), {
    isOurs: false,
    why: 'the platform packs it',
  });
  assert.deepEqual(whoPacks('auto', { TRAINING_JOB_NAME: 'x' }), {
    isOurs: false,
    why: 'the local runner collects it',
  });
  assert.deepEqual(whoPacks('auto', {}), { isOurs: true, why: 'nothing else packs it' });
  assert.equal(whoPacks('auto', { TRAINING_JOB_ARN: '', TRAINING_JOB_NAME: '' }).isOurs, true, 'empty is unset');
});

test('the setting wins over all signs', () => {
  assert.deepEqual(whoPacks('always', { TRAINING_JOB_ARN: 'arn:x' }), { isOurs: true, why: 'OPTML_PACKAGE=always' });
  assert.deepEqual(whoPacks('never', {}), { isOurs: false, why: 'OPTML_PACKAGE=never' });
});
