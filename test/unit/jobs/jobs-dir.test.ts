import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optmlHome, withAbsoluteHome } from '../../../src/jobs/jobs-dir.ts';

test('OPTML_HOME wins, and a relative one is resolved against the working directory of the command alone', () => {
  assert.equal(optmlHome({ OPTML_HOME: '/a/b', XDG_STATE_HOME: '/state', HOME: '/h' }), '/a/b');
  assert.equal(optmlHome(withAbsoluteHome({ OPTML_HOME: 'jobs', HOME: '/h' }, '/work')), '/work/jobs');
  assert.throws(() => optmlHome({ OPTML_HOME: 'jobs', HOME: '/h' }), { code: 'SETTING_INVALID' });
});

test('variables with an absolute OPTML_HOME, or none, stay the object that they are', () => {
  for (const variables of [{ OPTML_HOME: '/a' }, { OPTML_HOME: '' }, { HOME: '/h' }]) {
    assert.equal(withAbsoluteHome(variables, '/work'), variables);
  }
});

test('else it is optml in the state folder of the XDG rules, which ignore relative and empty values', () => {
  assert.equal(optmlHome({ XDG_STATE_HOME: '/state', HOME: '/h' }), '/state/optml');
  assert.equal(optmlHome({ XDG_STATE_HOME: 'state', HOME: '/h' }), '/h/.local/state/optml');
  assert.equal(optmlHome({ OPTML_HOME: '', XDG_STATE_HOME: '', HOME: '/h' }), '/h/.local/state/optml');
});
