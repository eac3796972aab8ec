// Open MPI on hosts that are processes of this machine: the real one, where it is installed. `npm run build` first.
import assert from 'node:assert/strict';
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findOnPath } from '../../src/environment/find-on-path.ts';
import { byTrain, hosts, makeWorkplace } from '../support/run-job-command.ts';

const MPI = { sagemaker_mpi_enabled: 'true', sagemaker_mpi_num_of_processes_per_host: '2' };
const SCRIPT = 'echo "rank $OMPI_COMM_WORLD_RANK of $OMPI_COMM_WORLD_SIZE on $SM_CURRENT_HOST"';

const without = (name: string) => findOnPath(name, process.env) === undefined && `${name} is not installed`;

/** Why no SSH server of MPI can run here. */
function withoutSshd(): string | false {
  if (process.geteuid?.() !== 0) return 'the SSH servers need root';
  if (!existsSync('/usr/sbin/sshd')) return 'no SSH server is installed';
  if (!existsSync(join(homedir(), '.ssh', 'authorized_keys'))) return 'root has no key for itself';
  try {
    accessSync('/etc/ssh/ssh_host_ed25519_key', constants.R_OK);
    return false;
  } catch {
    return 'the SSH server has no key';
  }
}

for (const { count, skip } of [
  { count: 1, skip: without('mpirun') },
  { count: 3, skip: without('mpirun') || withoutSshd() },
]) {
  test(`mpirun starts two ranks on each of ${count} host(s)`, { skip }, async (t) => {
    const job = byTrain();
    const HyperParameters = { ...(job['HyperParameters'] as object), ...MPI };
    const workplace = makeWorkplace(t, SCRIPT, { ...job, ...hosts(count), HyperParameters });
    const { code, stdout, stderr } = await workplace.run([], { HOME: homedir() });
    assert.equal(code, 0, stdout + stderr);
    const ranks = [...stdout.matchAll(/rank (\d) of (\d) on algo-(\d)/g)].map(([text]) => text).sort();
    const expected = Array.from(
      { length: 2 * count },
      (_, rank) => `rank ${rank} of ${2 * count} on algo-${1 + Math.floor(rank / 2)}`,
    );
    assert.deepEqual(ranks, expected, stdout);
  });
}
