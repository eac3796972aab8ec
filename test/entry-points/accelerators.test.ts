import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeProgram } from '../support/fakes.ts';
import { runJob, temporaryFolder } from '../support/job.ts';

const SPEC = { program: 'train.sh', files: { 'code/train.sh': 'echo "$SM_NUM_GPUS $SM_NUM_NEURONS"\n' } };

test('GPUs and Neuron cores are counted, once (a fake nvidia-smi and neuron-ls)', async (t) => {
  const nvidia = fakeProgram(t, 'nvidia-smi', 'printf "GPU 0: A (UUID: x)\\nGPU 1: A (UUID: y)\\n  MIG 1g: no\\n"');
  const neuron = fakeProgram(t, 'neuron-ls', 'echo \'[{"nc_count": 2}, {"nc_count": 4}]\'');
  const result = await runJob(t, SPEC, { PATH: `${nvidia.path.split(':')[0]}:${neuron.path}` });
  assert.equal(result.stdout, '2 6\n', result.stderr);
  assert.deepEqual(
    nvidia.calls().map((call) => call.split(': ')[1]),
    ['--list-gpus'],
  );
  assert.deepEqual(
    neuron.calls().map((call) => call.split(': ')[1]),
    ['-j'],
  );
});

test('a probe that fails is treated as none', async (t) => {
  const nvidia = fakeProgram(t, 'nvidia-smi', 'echo "GPU 0: half"; echo "no driver" >&2; exit 9');
  const result = await runJob(t, SPEC, { PATH: nvidia.path });
  assert.equal(result.stdout, '0 0\n');
});

test('a program called nvidia-smi that may not be executed is not started', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'nvidia-smi'), '#!/bin/sh\necho "GPU 0: x"\n');
  chmodSync(join(dir, 'nvidia-smi'), 0o644);
  const result = await runJob(t, SPEC, { PATH: `${dir}:${process.env['PATH']}` });
  assert.equal(result.stdout, '0 0\n');
  assert.doesNotMatch(result.stderr, /nvidia-smi/);
});
