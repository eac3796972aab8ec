// Launchers without their frameworks: what is missing, and what needs no framework. Real ones: test/frameworks. `npm run build` first.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runJob, temporaryFolder } from '../support/job.ts';
import { endsOf, startHosts } from '../support/rank-hosts.ts';

/** A PATH with mocks of these programs. The real ones need devices that test machines lack: GPUs, AWS Neuron. */
function mockPrograms(t: TestContext, programs: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const bin = temporaryFolder(t);
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(bin, name), text, { mode: 0o755 });
  return { PATH: `${bin}:${process.env['PATH']}` };
}

const TORCH = { sagemaker_torch_distributed_enabled: 'true' };
const script = { program: 'train.py', files: { 'code/train.py': '' } };

test('without its program a launcher says what the image lacks', async (t) => {
  const none = await runJob(t, { ...script, hyperparameters: TORCH });
  assert.equal(none.code, 1);
  assert.match(
    none.failure ?? '',
    /^UserError LAUNCHER_MISSING: the launcher needs torchrun, which is not on PATH\nWhere: PATH=.*\nFix: Install PyTorch/,
  );
  const compiler = mockPrograms(t, { torchrun: '#!/bin/sh\n' });
  const neuron = await runJob(
    t,
    { ...script, hyperparameters: TORCH },
    { ...compiler, RUN_NEURON_PARALLEL_COMPILE: '1' },
  );
  assert.match(neuron.failure ?? '', /the launcher needs neuron_parallel_compile/);
});

test('PyTorch/XLA is refused at the start where torch_xla is missing', async (t) => {
  const variables = mockPrograms(t, { 'nvidia-smi': '#!/bin/sh\necho "GPU 0: mock"\n' });
  const hyperparameters = { sagemaker_pytorch_xla_multi_worker_enabled: 'true' };
  const { code, failure } = await runJob(t, { ...script, hyperparameters }, variables);
  assert.equal(code, 1);
  assert.match(
    failure ?? '',
    /^UserError LAUNCHER_MISSING: the launcher needs the Python package torch_xla, which is not installed/,
  );
});

test('the multi-worker strategy gets its TF_CONFIG', async (t) => {
  const hyperparameters = { sagemaker_multi_worker_mirrored_strategy_enabled: 'true' };
  const files = { 'code/train.sh': '#!/bin/sh\necho "$TF_CONFIG"\n' };
  const { stdout, stderr } = await runJob(t, { program: 'train.sh', files, hyperparameters });
  const expected =
    '{"cluster": {"worker": ["localhost:8890"]}, "environment": "cloud", "task": {"index": 0, "type": "worker"}}\n';
  assert.equal(stdout, expected, stderr);
});

const PARAMETER_SERVER = {
  optml_launch: 'false',
  sagemaker_parameter_server_enabled: 'true',
};

test('a parameter server that cannot run fails the job with its own error', async (t) => {
  const hosts = startHosts(t, {
    program: 'train.py',
    code: 'import time\ntime.sleep(60)\n',
    hyperparameters: PARAMETER_SERVER,
    files: { 'code/tensorflow.py': 'raise ImportError("no such library")\n' },
  });
  for (const { code, failure } of await endsOf(hosts)) {
    assert.equal(code, 1);
    assert.match(
      failure ?? '',
      /ErrorMessage "the parameter server on 127\.[\d.]+ failed\n.*ImportError: no such library/s,
    );
  }
});
