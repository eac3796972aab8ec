// Failing ranks of torchrun and torch.multiprocessing, on the engine `process`. In the gate one of them, outside CI only if
// PyTorch is in the cache folder already. `npm run build` first.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { hasPythonPackages, pythonPackages } from '../support/frameworks/python-packages.ts';
import { byTrain, hosts, makeWorkplace } from '../support/run-job-command.ts';

const isLong = process.env['OPTML_TEST_LONG'] === '1';
const isWaited = isLong || process.env['CI'] !== undefined || hasPythonPackages('torch');
const skip = !isWaited && 'PyTorch is not in the cache folder, and this is neither CI nor the long run';
const skipInGate = !isLong && 'part of the long run';
const TORCHRUN = { sagemaker_torch_distributed_enabled: 'true', sagemaker_mpi_num_of_processes_per_host: '2' };

/** The failure reason of a job of `count` hosts; undefined if the test is skipped. */
async function reasonOf(t: TestContext, program: string, hyperparameters: object, count: number) {
  const bin = pythonPackages(t, 'torch');
  if (bin === undefined) return undefined;
  const job = byTrain('train.py');
  const HyperParameters = { ...(job['HyperParameters'] as object), ...hyperparameters };
  const workplace = makeWorkplace(t, 'true', { ...job, ...hosts(count), HyperParameters });
  workplace.write('project/train.py', program);
  const { code, stderr } = await workplace.run([], { PATH: `${bin}:${process.env['PATH']}` });
  assert.equal(code, 1, stderr);
  return workplace.record().FailureReason ?? '';
}

const failing = (rank: number) => `import torch
import torch.distributed as dist

dist.init_process_group("gloo")
if dist.get_rank() == ${rank}:
    raise ValueError("bad batch: shape mismatch [3,4]")
dist.all_reduce(torch.ones(1))
`;
const START = 'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "';
const ERROR = 'ValueError: bad batch: shape mismatch [3,4] (train.py, line 6)';

test('torchrun: the reason begins with the rank and its own error', { skip }, async (t) => {
  const reason = await reasonOf(t, failing(1), TORCHRUN, 1);
  if (reason !== undefined) assert.ok(reason.startsWith(`${START}rank 1: ${ERROR}`), reason);
});

test('torchrun on two hosts: the reason is that of the host where a rank failed by itself', {
  skip: skipInGate,
}, async (t) => {
  const reason = await reasonOf(t, failing(3), TORCHRUN, 2);
  if (reason !== undefined) assert.ok(reason.includes(`rank 3 on algo-2: ${ERROR}`), reason);
});

test('torch.multiprocessing.spawn: the reason begins with the rank and its own error', {
  skip: skipInGate,
}, async (t) => {
  const program = `import time
import torch.multiprocessing as mp


def work(rank):
    if rank == 1:
        raise ValueError("bad batch")
    time.sleep(60)


if __name__ == "__main__":
    mp.spawn(work, nprocs=2)
`;
  const reason = await reasonOf(t, program, {}, 1);
  if (reason !== undefined)
    assert.ok(reason.startsWith(`${START}rank 1: ValueError: bad batch (train.py, line 7`), reason);
});
