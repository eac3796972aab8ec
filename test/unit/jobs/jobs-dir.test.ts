import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optmlHome } from '../../../src/jobs/jobs-dir.ts';

test('OPTML_HOME wins, and a relative one counts from the working directory', () => {
  assert.equal(optmlHome({ OPTML_HOME: '/a/b', XDG_STATE_HOME: '/state', HOME: '/h' }), '/a/b');
  assert.equal(optmlHome({ OPTML_HOME: 'jobs', HOME: '/h' }), `${process.cwd()}/jobs`);
});

test('else it is optml in the state folder of the XDG rules, which ignore relative and empty values', () => {
  assert.equal(optmlHome({ XDG_STATE_HOME: '/state', HOME: '/h' }), '/state/optml');
  assert.equal(optmlHome({ XDG_STATE_HOME: 'state', HOME: '/h' }), '/h/.local/state/optml');
  assert.equal(optmlHome({ OPTML_HOME: '', XDG_STATE_HOME: '', HOME: '/h' }), '/h/.local/state/optml');
});
