// Open MPI on hosts that are processes of this machine: the real one, where it is installed. `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { addUser, withoutUsers } from '../support/machine-user.ts';
import { withoutMpirun, withoutSshServer } from '../support/mpi-skip.ts';
import { NOT_ROOT } from '../support/process-hosts.ts';
import { byTrain, hosts, makeWorkplace, OPTML } from '../support/run-job-command.ts';

const MPI = { sagemaker_mpi_enabled: 'true', sagemaker_mpi_num_of_processes_per_host: '2' };
const SCRIPT = 'echo "rank $OMPI_COMM_WORLD_RANK of $OMPI_COMM_WORLD_SIZE on $SM_CURRENT_HOST as $(id -u)"';

for (const { count, skip } of [
  { count: 1, skip: withoutMpirun() },
  { count: 3, skip: withoutMpirun() || withoutSshServer() },
]) {
  test(`mpirun starts two ranks on each of ${count} host(s), and uses no key or file of the machine`, {
    skip,
  }, async (t) => {
    const workplace = makeWorkplace(t, SCRIPT, { ...mpiJob(), ...hosts(count) });
    const before = machineFiles();
    const { code, stdout, stderr } = await workplace.run();
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(ranksIn(stdout, 2 * count), ranksOf(count, process.geteuid?.()), stdout);
    assert.deepEqual(machineFiles(), before);
    assert.equal(existsSync(join(workplace.dir, '.ssh')), false);
  });
}

function mpiJob(): Readonly<Record<string, unknown>> {
  const job = byTrain();
  return { ...job, HyperParameters: { ...(job['HyperParameters'] as object), ...MPI } };
}

/** What an SSH server or client may change on a machine. */
function machineFiles(): readonly string[] {
  return ['/etc/ssh', '/run/sshd', '/etc/environment', join(homedir(), '.ssh')].map((path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return `${path} ${stats?.ino} ${stats?.mtimeMs}`;
  });
}

/** The lines of ranks: `RANK HOST USER`. */
function ranksIn(stdout: string, size: number): readonly string[] {
  const pattern = new RegExp(`rank (\\d) of ${size} on algo-(\\d) as (\\d+)`, 'g');
  return [...stdout.matchAll(pattern)].map(([, ...parts]) => parts.join(' ')).sort();
}

function ranksOf(count: number, uid: number | undefined): readonly string[] {
  return Array.from({ length: 2 * count }, (_, rank) => `${rank} ${1 + Math.floor(rank / 2)} ${uid}`);
}

test('root’s hosts have the folder of the SSH server if the machine does not, and the machine gets none', {
  skip: withoutMpirun() || withoutSshServer() || NOT_ROOT,
}, (t) => {
  const workplace = makeWorkplace(t, SCRIPT, { ...mpiJob(), ...hosts(2) });
  // A machine without the folder, and without keys: in mounts of its own.
  const script = `mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /etc/ssh && touch /run/file && mkdir /run/folder &&
    "$@"; code=$?; ls /run /etc/ssh; exit $code`;
  const words = [process.execPath, OPTML, 'run', 'job.json', '--engine', 'process'];
  const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', ...words], {
    ...{ cwd: workplace.dir, encoding: 'utf8', timeout: 60_000 },
    env: { PATH: process.env['PATH'], HOME: workplace.dir, OPTML_HOME: workplace.home },
  });
  assert.equal(status, 0, stdout + stderr);
  assert.deepEqual(ranksIn(stdout, 4), ranksOf(2, 0), stdout);
  // `mount` itself has a folder there.
  assert.match(stdout, /\/etc\/ssh:\n\n\/run:\nfile\nfolder\n(?:mount\n)?$/);
});

const SKIP_USER = withoutMpirun() || withoutSshServer() || withoutUsers();

for (const { how, words, isUserRoot } of [
  { how: 'as themselves', words: [], isUserRoot: false },
  { how: 'with user id 0 by --user root', words: ['--user', 'root'], isUserRoot: true },
]) {
  test(`users who are not root, and have no key, run MPI on three hosts ${how}`, { skip: SKIP_USER }, (t) => {
    const workplace = makeWorkplace(t, `${SCRIPT}; touch "$SM_MODEL_DIR/$OMPI_COMM_WORLD_RANK"`, {
      ...{ ...mpiJob(), ...hosts(3) },
      OutputDataConfig: { S3OutputPath: './out', CompressionType: 'NONE' },
    });
    const { uid, gid } = addUser(t, workplace.dir);
    // A path with a space, which Open MPI and the SSH server would split.
    const home = join(workplace.dir, 'a home');
    const run = spawnSync(process.execPath, [OPTML, 'run', 'job.json', '--engine', 'process', ...words], {
      ...{ cwd: workplace.dir, uid, gid, encoding: 'utf8', timeout: 60_000 },
      env: { PATH: process.env['PATH'], HOME: workplace.dir, OPTML_HOME: home },
    });
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assert.deepEqual(ranksIn(run.stdout, 6), ranksOf(3, isUserRoot ? 0 : uid), run.stdout);
    const model = join(workplace.dir, 'out', 'job', 'output', 'model');
    assert.deepEqual(
      readdirSync(model).map((name) => [name, statSync(join(model, name)).uid]),
      [0, 1, 2, 3, 4, 5].map((rank) => [String(rank), uid]),
    );
    assert.equal(existsSync(join(workplace.dir, '.ssh')), false);
  });
}
