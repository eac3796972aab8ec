// DistributedDataParallel over gloo on three hosts, by torchrun. Outside CI only if PyTorch is in the cache folder already. As built:
// `npm run build` first.
import { test } from 'node:test';
import { hasPythonPackages } from '../support/frameworks/python-packages.ts';
import { checkInterruption, checkKilledHost, checkStop, type DistributedProgram } from './distributed-job.ts';

const isLong = process.env['OPTML_TEST_LONG'] === '1';
const isWaited = isLong || process.env['CI'] !== undefined || hasPythonPackages('torch');
const skip = !isWaited && 'PyTorch is not in the cache folder, and this is neither CI nor the long run';
const skipInGate = !isLong && 'part of the long run';
const program: DistributedProgram = {
  program: 'ddp.py',
  packages: 'torch',
  hyperparameters: { sagemaker_torch_distributed_enabled: 'true' },
  ranks: 3,
};

test('all ranks of an interrupted job save the same step, and continue after it', { skip }, (t) =>
  checkInterruption(t, program, 14),
);

test('all ranks of a stopped job save the same step, and a second job continues after it', { skip: skipInGate }, (t) =>
  checkStop(t, program, 'optml stop'),
);

test('a killed host ends the job', { skip }, (t) => checkKilledHost(t, program, 'algo-2', 30_000));

test('the first host, which is killed, ends the job', { skip: skipInGate }, (t) =>
  checkKilledHost(t, program, 'algo-1', 30_000),
);
