import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PROBE_TIMEOUT_SECONDS } from '../../../src/contract/accelerators.ts';
import { countAccelerators } from '../../../src/environment/accelerators.ts';
import { temporaryFolder } from '../../support/job.ts';
import { processesNaming, waitFor } from '../../support/processes.ts';

/** Counts on a machine whose PATH holds only these programs (sh). */
async function count(
  t: TestContext,
  programs: Readonly<Record<string, string>>,
  instanceType = 'local',
  timeoutSeconds = 30,
) {
  const dir = temporaryFolder(t);
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(dir, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(dir, name), 0o755);
  }
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const found = await countAccelerators({ variables: { PATH: dir }, instanceType, warn, timeoutSeconds });
  return { ...found, warnings, dir };
}

test('a machine without probes has none, and no warning is given', async (t) => {
  const { gpus, neurons, warnings } = await count(t, {});
  assert.deepEqual({ gpus, neurons, warnings }, { gpus: 0, neurons: 0n, warnings: [] });
});

test('processors are treated as the machine has them online', async (t) => {
  const online = Number(spawnSync('getconf', ['_NPROCESSORS_ONLN'], { encoding: 'utf8' }).stdout);
  assert.equal((await count(t, {})).cpus, online);
});

test('a GPU is a line that starts with "GPU "', async (t) => {
  const { gpus } = await count(t, {
    'nvidia-smi': '[ "$1" = --list-gpus ] && printf "GPU 0: A\\nGPU 1: B\\n  MIG 1g\\nno GPU here\\n"',
  });
  assert.equal(gpus, 2);
});

test('Neuron cores are the sum over the devices; what is not such a list is treated as none', async (t) => {
  const neurons = async (output: string) => (await count(t, { 'neuron-ls': `cat <<'END'\n${output}\nEND` })).neurons;
  assert.equal(await neurons('[{"nc_count": 2, "x": 1}, {"nc_count": 4}, {"other": 8}, {"nc_count": "9"}]'), 6n);
  for (const output of ['', 'no devices', '{"nc_count": 2}', '[1, null]'])
    assert.equal(await neurons(output), 0n, output);
});

test('counts of Neuron cores are added as Python adds them (section 4)', async (t) => {
  const neurons = async (output: string) => (await count(t, { 'neuron-ls': `echo '${output}'` })).neurons;
  assert.equal(await neurons('[{"nc_count": true}, {"nc_count": 2}, {"nc_count": false}]'), 3n);
  assert.equal(await neurons('[{"nc_count": 9007199254740993}, {"nc_count": 2}]'), 9007199254740995n);
  assert.equal(await neurons('[{"nc_count": 2.0}]'), 2);
  assert.equal(await neurons('[{"nc_count": 2.5}, {"nc_count": 2}, {"nc_count": [7]}]'), 4.5);
});

test('the one instance type with a fixed count needs no probe', async (t) => {
  assert.equal((await count(t, { 'neuron-ls': 'echo "[]"' }, 'ml.trn2.48xlarge')).neurons, 64n);
});

test('a probe that fails is treated as none', async (t) => {
  const { gpus, warnings } = await count(t, { 'nvidia-smi': 'echo "GPU 0: A"; exit 9' });
  assert.deepEqual({ gpus, warnings }, { gpus: 0, warnings: [] });
});

test('a probe is abandoned after five seconds by default', () => {
  assert.equal(PROBE_TIMEOUT_SECONDS, 5);
});

test('a probe that hangs is abandoned with a warning, is treated as none, and nothing of it is left', async (t) => {
  const hangs = 'echo "GPU 0: A"; /bin/sleep 61.7539 & /bin/sleep 62.7539';
  const { gpus, warnings, dir } = await count(t, { 'nvidia-smi': hangs }, 'local', 0.3);
  assert.equal(gpus, 0);
  assert.deepEqual(warnings, [`${join(dir, 'nvidia-smi')} gave no answer within 0.3 s: abandoned, counted as none`]);
  await waitFor('the end of the probe', () => processesNaming('.7539').length === 0);
});
