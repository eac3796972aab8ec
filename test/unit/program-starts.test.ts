import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';

const SRC = join(ROOT, 'src');

/**
 * The only files that start programs, and what limits the time and the kept output of each program. A program that answers
 * and ends is started by `process/helper/helper-program.ts`, which does both.
 */
const STARTERS: Readonly<Record<string, string>> = {
  'algorithms/xgboost/run-python.ts': 'the program that trains: it may take as long as its job',
  'archive/filter-program.ts': 'a compressor: its stream ends with the archive',
  'cli/jobs/open-command.ts': 'a browser, which runs on without optml',
  'cli/endpoint/run-with-endpoint.ts': "the user's own command, with the user's terminal",
  'endpoint/jobs/start-owner.ts': 'the process of a job: ended by the limits of the job',
  'engines/container/engine-cli.ts':
    'a container that is attached, and the export of an image: streams that have an end',
  'engines/make-watchdog.ts': 'the watchdog: without output, ended with the job',
  'engines/process/mpi-keys.ts': 'ssh-keygen: ten seconds',
  'engines/process/network/host-endpoints.ts': 'relays: ended with the job',
  'engines/process/network/job-network.ts': 'the network of a job: ended with the job',
  'engines/process/start-watched.ts': 'tools that are ended with the job, also by the watchdog',
  'engines/process/shells/host-shell.ts': 'a host',
  'engines/watchdog/watchdog-program.ts': 'clean-up after a kill: without output, a minute each',
  'environment/accelerators.ts': 'nvidia-smi in train, which loads nothing else for it: limits of its own',
  'launchers/mpi/installed/find-open-mpi.ts': 'mpirun --version: ten seconds',
  'launchers/mpi/ssh/host-key.ts': 'ssh-keygen: ten seconds',
  'launchers/mpi/ssh/start-sshd.ts': 'a server: ended with the job',
  'launchers/python-module.ts': 'Python: a minute, without output',
  'process/helper/helper-program.ts': 'every program that answers and ends',
  'process/helper/remove-behind.ts': 'rm of a copy that nothing uses any more: without output, may outlive optml',
  'process/output-pipe.ts': 'mkfifo: without output',
  'process/parent/start-process.ts': 'the program of the user',
  'staging/channels/pipe/fifo.ts': 'mkfifo: a minute',
};

test('programs are started only where their time and output are limited', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const starters = files.filter((file) =>
    /^import (?!type )[^;]*['"](?:node:)?child_process['"]/m.test(readFileSync(join(SRC, file), 'utf8')),
  );
  assert.deepEqual(starters.sort(), Object.keys(STARTERS).sort());
});

test('one file alone calls the command line of container engines', () => {
  const starters = Object.keys(STARTERS).filter((file) =>
    /^(?:engines\/container|validate|local|cli(?!\/(?:endpoint|jobs)\/))\//.test(file),
  );
  assert.deepEqual(starters, ['engines/container/engine-cli.ts']);
});
