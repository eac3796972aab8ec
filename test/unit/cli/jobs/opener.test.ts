import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openerOf } from '../../../../src/cli/jobs/open-command.ts';

test('the opener of a file depends on the desktop', () => {
  assert.equal(openerOf({}, 'linux'), undefined);
  assert.equal(openerOf({ DISPLAY: '' }, 'linux'), undefined);
  assert.equal(openerOf({ DISPLAY: ':0' }, 'linux'), 'xdg-open');
  assert.equal(openerOf({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux'), 'xdg-open');
  assert.equal(openerOf({ WSL_DISTRO_NAME: 'Debian', DISPLAY: ':0' }, 'linux'), 'wslview');
  assert.equal(openerOf({}, 'darwin'), 'open');
});
