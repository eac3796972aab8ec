// The SSH server of an MPI worker, where no container ends with `train`: a network of its own instead of port 22 of this
// machine. The real sshd, where it is installed. `npm run build` first.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { makeJob, TRAIN, watchJob } from '../support/job.ts';
import { shellJob, waitFor } from '../support/processes.ts';

/** Why the server cannot run here. */
function skipped(): string | false {
  if (process.geteuid?.() !== 0) return 'the SSH server needs root';
  if (!existsSync('/usr/sbin/sshd')) return 'no SSH server is installed';
  if (spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']).status !== 0) return 'no network namespaces';
  try {
    accessSync('/etc/ssh/ssh_host_ed25519_key', constants.R_OK);
    return false;
  } catch {
    return 'the SSH server has no key';
  }
}

/** Names of the processes in the network namespace `net`. */
function processesIn(net: string): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/ns/net`) === net ? [readlinkSync(`/proc/${pid}/exe`)] : [];
    } catch {
      // No process, or gone.
      return [];
    }
  });
}

test('the SSH server of an MPI worker ends with train', { skip: skipped() }, async (t) => {
  const hosts = ['127.0.0.1', '127.0.0.2'];
  const base = makeJob(
    t,
    shellJob('true', {
      hyperparameters: { sagemaker_mpi_enabled: 'true', sagemaker_mpi_num_of_processes_per_host: '1' },
      resourceConfig: { current_host: '127.0.0.2', hosts },
    }),
  );
  const script = 'ip link set lo up && exec "$@"';
  const child = spawn('unshare', ['--net', 'sh', '-c', script, 'sh', process.execPath, TRAIN], {
    env: { PATH: process.env['PATH'], SAGEMAKER_BASE_DIR: base, OPTML_PACKAGE: 'never' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const job = watchJob(child, base);
  const net = await networkOf(child.pid as number);
  const hasServer = () => processesIn(net).some((program) => program.endsWith('/sshd'));
  await waitFor('the SSH server runs', hasServer);
  child.kill('SIGTERM');
  const { stderr } = await job.ended;
  assert.deepEqual(processesIn(net), [], stderr);
});

async function networkOf(pid: number): Promise<string> {
  const network = () => readlinkSync(`/proc/${pid}/ns/net`);
  const ours = readlinkSync('/proc/self/ns/net');
  await waitFor('the network of its own', () => network() !== ours);
  return network();
}
