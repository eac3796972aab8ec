// Allreduce by mpi4py on three hosts, with the system's Open MPI and SSH server. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { waitFor } from '../support/processes.ts';
import { rootWithMpi } from '../support/root-with-key.ts';
import {
  checkInterruption,
  checkKilledHost,
  checkStop,
  type DistributedProgram,
  networksOf,
  prepareJob,
  processesIn,
} from './distributed-job.ts';

const skipInGate = process.env['OPTML_TEST_LONG'] !== '1' && 'part of the long run';

/** Undefined if the test is skipped. */
function allreduce(t: TestContext, ranksPerHost: number): DistributedProgram | undefined {
  const before = rootWithMpi(t);
  if (before === undefined) return undefined;
  const hyperparameters = {
    sagemaker_mpi_enabled: 'true',
    sagemaker_mpi_num_of_processes_per_host: String(ranksPerHost),
    // More ranks than cores: one that waits leaves its core to the others.
    sagemaker_mpi_custom_mpi_options: '--mca mpi_yield_when_idle 1',
  };
  return { program: 'allreduce.py', packages: 'mpi4py', hyperparameters, ranks: 3 * ranksPerHost, before };
}

for (const { ranksPerHost, skip } of [
  { ranksPerHost: 1, skip: skipInGate },
  { ranksPerHost: 2, skip: false },
]) {
  const what = `${ranksPerHost} on each host`;

  test(`all ranks of an interrupted job save the same step, and continue after it: ${what}`, { skip }, async (t) => {
    const program = allreduce(t, ranksPerHost);
    if (program !== undefined) await checkInterruption(t, program, 6);
  });

  test(`all ranks of a stopped job save, and a second job continues: ${what}`, { skip: skipInGate }, async (t) => {
    const program = allreduce(t, ranksPerHost);
    if (program !== undefined) await checkStop(t, program, 'Ctrl-C');
  });

  for (const host of ['algo-1', 'algo-2']) {
    const isSkipped = host === 'algo-1' ? skipInGate : skip;
    test(`${host}, which is killed, ends the job: ${what}`, { skip: isSkipped }, async (t) => {
      const program = allreduce(t, ranksPerHost);
      if (program !== undefined) await checkKilledHost(t, program, host, 20_000);
    });
  }
}

test('no SSH server of a failed job is left, and the jobs that follow succeed, with MPI and without', async (t) => {
  const program = allreduce(t, 1);
  const job = program && prepareJob(t, { ...program, hyperparameters: { ...program.hyperparameters, steps: '8' } });
  if (job === undefined) return;
  const { workplace, variables } = job;
  for (const { name, args, code } of [
    { name: 'fails', args: ['--hp', 'fail_at=5'], code: 1 },
    { name: 'plain', args: ['--hp', 'sagemaker_mpi_enabled=false'], code: 0 },
    { name: 'succeeds', args: [], code: 0 },
  ]) {
    const run = workplace.start(['--name', name, ...args], variables);
    await run.seen(' step 3 loss');
    const networks = networksOf(workplace);
    const { code: exitCode, stdout, stderr } = await run.ended;
    assert.equal(exitCode, code, stdout + stderr);
    await waitFor(`no process of the job ${name} is left`, () => processesIn(networks).length === 0);
  }
});
