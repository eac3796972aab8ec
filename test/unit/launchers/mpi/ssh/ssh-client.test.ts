import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openSshClient } from '../../../../../src/launchers/mpi/ssh/ssh-client.ts';

test('without a key of the job, mpirun uses ssh as it is', async () => {
  const { command, variables } = await openSshClient({});
  assert.deepEqual([command, variables], [['ssh'], {}]);
});

test('with a key of the job, both versions of Open MPI use it, whatever its path contains', async () => {
  const { command, variables, remove } = await openSshClient({ OPTML_MPI_KEYS_DIR: "/a folder/it's" });
  const [shell, file = ''] = command;
  assert.equal(shell, '/bin/sh');
  assert.doesNotMatch(file, /\s/);
  const agent = `/bin/sh ${file}`;
  assert.deepEqual(variables, { OMPI_MCA_plm_rsh_agent: agent, PRTE_MCA_plm_ssh_agent: agent });
  const quoted = String.raw`'/a folder/it'\''s/key'`;
  assert.ok(readFileSync(file, 'utf8').startsWith(`exec ssh -F /dev/null -o IdentitiesOnly=yes -i ${quoted}`));
  remove();
  assert.equal(existsSync(file), false);
});
