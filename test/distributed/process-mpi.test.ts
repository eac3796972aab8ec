// Open MPI on hosts that are processes of this machine: the real one, where it is installed. `npm run build` first.
import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { test } from 'node:test';
import { withoutMpirun, withoutSshd } from '../support/mpi-skip.ts';
import { byTrain, hosts, makeWorkplace } from '../support/run-job-command.ts';

const MPI = { sagemaker_mpi_enabled: 'true', sagemaker_mpi_num_of_processes_per_host: '2' };
const SCRIPT = 'echo "rank $OMPI_COMM_WORLD_RANK of $OMPI_COMM_WORLD_SIZE on $SM_CURRENT_HOST"';

for (const { count, skip } of [
  { count: 1, skip: withoutMpirun() },
  { count: 3, skip: withoutMpirun() || withoutSshd() },
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
