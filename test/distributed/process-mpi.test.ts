// Open MPI on hosts that are processes of this machine: the real one, where it is installed. `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { test } from 'node:test';
import { addUser, withoutUsers } from '../support/machine-user.ts';
import { withoutMpirun, withoutSshd, withoutSshServer } from '../support/mpi-skip.ts';
import { byTrain, hosts, makeWorkplace, OPTML } from '../support/run-job-command.ts';

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

const SKIP_USER = withoutMpirun() || withoutSshServer() || withoutUsers();

test('a user who is not root runs MPI on three hosts, and is refused with --user root', { skip: SKIP_USER }, (t) => {
  const job = byTrain();
  const HyperParameters = { ...(job['HyperParameters'] as object), ...MPI };
  const script = `${SCRIPT.slice(0, -1)} as $(id -u)"`;
  const workplace = makeWorkplace(t, script, { ...job, ...hosts(3), HyperParameters });
  const { uid, gid } = addUser(t, workplace.dir);
  const run = (...words: readonly string[]) =>
    spawnSync(process.execPath, [OPTML, 'run', 'job.json', '--engine', 'process', ...words], {
      ...{ cwd: workplace.dir, uid, gid, encoding: 'utf8', timeout: 60_000 },
      env: { PATH: process.env['PATH'], HOME: workplace.dir, OPTML_HOME: workplace.home },
    });
  const { status, stdout, stderr } = run();
  assert.equal(status, 0, stdout + stderr);
  const ranks = [...stdout.matchAll(/rank (\d) of 6 on algo-(\d) as (\d+)/g)].map(([, ...parts]) => parts.join(' '));
  const expected = [0, 1, 2, 3, 4, 5].map((rank) => `${rank} ${1 + Math.floor(rank / 2)} ${uid}`);
  assert.deepEqual(ranks.sort(), expected, stdout);
  const asRoot = run('--user', 'root');
  assert.match(asRoot.stderr, /START_FAILED: MPI cannot run on several hosts: with --user root, the SSH server/);
});
