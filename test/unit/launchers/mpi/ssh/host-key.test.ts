import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { makeHostKey } from '../../../../../src/launchers/mpi/ssh/host-key.ts';
import { findOnPath } from '../../../../../src/process/find-on-path.ts';
import { temporaryFolder } from '../../../../support/job.ts';

const skip = findOnPath('ssh-keygen', process.env) === undefined && 'ssh-keygen is not installed';

test('a host key is readable by its user alone, until it is removed', { skip }, async () => {
  const { file, remove } = await makeHostKey({ PATH: process.env['PATH'] });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  remove();
  assert.equal(existsSync(dirname(file)), false);
});

test('a machine without ssh-keygen is an error that names it', async (t) => {
  await assert.rejects(makeHostKey({ PATH: temporaryFolder(t) }), {
    message: /^no host key for the SSH server could be made: .*ssh-keygen/,
    fix: 'Install openssh-client.',
  });
});
