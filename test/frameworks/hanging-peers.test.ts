// Hosts that wait for another one, which has failed, and do not end by SIGTERM. Part of the long run; the gate has a shell script
// that does so (`test/local/run-hosts.test.ts`). As built: `npm run build` first.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { rootWithMpi } from '../support/root-with-key.ts';
import { type DistributedProgram, prepareJob } from './distributed-job.ts';

const skip = process.env['OPTML_TEST_LONG'] !== '1' && 'part of the long run';
const GRACE_SECONDS = 8;
// The warning comes 5 s after the failure.
const WARNING = `Warning: algo-1 failed. Waiting for algo-2, algo-3: still running after SIGTERM, killed in ${GRACE_SECONDS - 5} s. Pass --stop-grace SECONDS for another time\n`;
const FAILURE = 'ValueError: the first host has no data';

/** Runs the program to its end. Returns what it printed, and the seconds from its failure to its end. */
async function runToEnd(t: TestContext, program: Omit<DistributedProgram, 'program' | 'ranks'>) {
  const job = prepareJob(t, { ...program, program: 'waits.py', ranks: 3 });
  if (job === undefined) return undefined;
  const run = job.workplace.start(['--stop-grace', String(GRACE_SECONDS)], job.variables);
  await run.seen(FAILURE);
  const failedAt = performance.now();
  const end = await run.ended;
  const seconds = (performance.now() - failedAt) / 1000;
  t.diagnostic(`ended ${seconds.toFixed(1)} s after the failure`);
  assert.equal(end.code, 1, end.stderr);
  const reason = job.workplace.record().FailureReason ?? '';
  assert.ok(reason.includes(FAILURE), reason);
  return { ...end, seconds };
}

for (const { what, packages, hyperparameters } of [
  { what: 'Python', packages: 'mpi4py', hyperparameters: { where: 'python', after: '1' } },
  { what: 'gloo', packages: 'torch', hyperparameters: { where: 'torch', after: '8' } },
  { what: 'TensorFlow', packages: 'tensorflow', hyperparameters: { where: 'tensorflow', after: '8' } },
  {
    what: 'torchrun',
    packages: 'torch',
    hyperparameters: { where: 'torch', after: '8', sagemaker_torch_distributed_enabled: 'true' },
  },
] as const) {
  test(`a warning names the hosts that wait, and they are killed after the grace period: ${what}`, {
    skip,
  }, async (t) => {
    const end = await runToEnd(t, { packages, hyperparameters });
    if (end === undefined) return;
    assert.ok(end.stderr.includes(WARNING), end.stderr);
    assert.ok(end.seconds < GRACE_SECONDS + 5, `${end.seconds} s`);
  });
}

test('mpirun: ranks that wait are killed two seconds after one has failed', { skip }, async (t) => {
  const before = rootWithMpi(t);
  if (before === undefined) return;
  const hyperparameters = { where: 'mpi', after: '4', sagemaker_mpi_enabled: 'true' };
  const end = await runToEnd(t, { packages: 'mpi4py', hyperparameters, before });
  assert.ok(end === undefined || end.seconds < 10, `${end?.seconds} s`);
});
