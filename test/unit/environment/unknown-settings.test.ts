import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SETTING_ROWS } from '../../../src/contract/settings.ts';
import { unknownSettings } from '../../../src/environment/unknown-settings.ts';

test('a variable or hyperparameter that is no setting is named with the nearest one', () => {
  assert.deepEqual(unknownSettings(['OPTML_LOG_FROMAT', 'optml_pakage', 'OPTML_HOM', 'OPTML_RAINBOW']), [
    'OPTML_LOG_FROMAT is not a setting of optml. Did you mean OPTML_LOG_FORMAT?',
    'optml_pakage is not a setting of optml. Did you mean optml_package?',
    'OPTML_HOM is not a setting of optml. Did you mean OPTML_HOME?',
    'OPTML_RAINBOW is not a setting of optml',
  ]);
});

test('settings, names of other programs and those that optml itself sets are not named', () => {
  const settings = Object.keys(SETTING_ROWS);
  const others = ['PATH', 'SM_HPS', 'optmlx', 'OPTML_HOME', 'OPTML_JOB_SECRET', 'OPTML_MPI_KEYS_DIR'];
  assert.deepEqual(unknownSettings([...settings, ...settings.map((name) => name.toLowerCase()), ...others]), []);
});
