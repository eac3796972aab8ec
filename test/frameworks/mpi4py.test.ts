// mpi4py on the system's Open MPI, on the engine `process`. `npm run build` first.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { findOnPath } from '../../src/environment/find-on-path.ts';
import { cannotRun } from '../support/frameworks/cannot-run.ts';
import { pythonPackages } from '../support/frameworks/python-packages.ts';
import { byTrain, makeWorkplace } from '../support/run-job-command.ts';

const PROGRAM = `import os, sys
from mpi4py import MPI

world = MPI.COMM_WORLD
rank = world.Get_rank()
how = os.environ.get("FAIL")
if rank == 1 and how == "raise":
    raise KeyError("column 'age'")
if rank == 1 and how == "exit":
    os._exit(7)
if rank == 1 and how == "kill":
    os.kill(os.getpid(), 9)
print(f"rank {rank} has the sum {world.allreduce(rank + 1)}", flush=True)
`;

/** Runs two ranks; undefined if the test is skipped. */
async function run(t: TestContext, how?: string) {
  const bin = pythonPackages(t, 'mpi4py');
  if (bin === undefined) return undefined;
  if (findOnPath('mpirun', process.env) === undefined) return cannotRun(t, 'Open MPI is not installed');
  const job = byTrain('train.py');
  const ranks = { sagemaker_mpi_enabled: 'true', sagemaker_mpi_num_of_processes_per_host: '2' };
  const HyperParameters = { ...(job['HyperParameters'] as object), ...ranks };
  const Environment = how === undefined ? {} : { FAIL: how };
  const workplace = makeWorkplace(t, 'true', { ...job, HyperParameters, Environment });
  workplace.write('project/train.py', PROGRAM);
  const end = await workplace.run([], { PATH: `${bin}:${process.env['PATH']}` });
  return { ...end, reason: workplace.record().FailureReason ?? '' };
}

test('two ranks reduce a value together', async (t) => {
  const end = await run(t);
  if (end === undefined) return;
  assert.equal(end.code, 0, end.stderr);
  assert.deepEqual(end.stdout.match(/rank \d has the sum \d/g)?.sort(), [
    'rank 0 has the sum 3',
    'rank 1 has the sum 3',
  ]);
});

for (const { how, code, headline } of [
  { how: 'raise', code: 1, headline: `\nKeyError: "column 'age'" (train.py, line 8)` },
  { how: 'exit', code: 7, headline: '"\nCommand "mpirun ' },
  { how: 'kill', code: 137, headline: ': killed by ' },
]) {
  test(`a rank that fails is the failure reason, with its host and error: ${how}`, async (t) => {
    const end = await run(t, how);
    if (end === undefined) return;
    assert.equal(end.code, 1, end.stderr);
    const start = `AlgorithmError: ExecuteUserScriptError:\nExitCode ${code}\nErrorMessage "rank 1 on algo-1 failed`;
    assert.ok(end.reason.startsWith(start + headline), end.reason);
  });
}
