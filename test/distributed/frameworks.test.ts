// Launchers of frameworks that are not to be had here: stand-ins for their programs, real processes. `npm run build` first.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runJob, temporaryFolder } from '../support/job.ts';
import { endsOf, startHosts } from '../support/rank-hosts.ts';

/** A folder for PATH with these programs, each of which only stands in for the real one. */
function standIns(t: TestContext, programs: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const bin = temporaryFolder(t);
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(bin, name), text, { mode: 0o755 });
  return { PATH: `${bin}:${process.env['PATH']}` };
}

const TORCH = { sagemaker_torch_distributed_enabled: 'true' };
const script = { program: 'train.py', files: { 'code/train.py': '' } };

test('torchrun is started with its command line and variables (stand-in torchrun)', async (t) => {
  const variables = standIns(t, { torchrun: '#!/bin/sh\necho "$@" "$NCCL_PROTO" "$MASTER_ADDR:$MASTER_PORT"\n' });
  const { code, stdout, stderr } = await runJob(t, { ...script, hyperparameters: { ...TORCH, lr: '1' } }, variables);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, '--nnodes 1 --nproc_per_node 1 train.py --lr 1 simple localhost:7777\n');
  assert.match(stderr, /Invoking script with the following command:\n\ntorchrun --nnodes 1/);
});

test('its failure is the job’s, with the command that was started (stand-in torchrun)', async (t) => {
  const variables = standIns(t, { torchrun: '#!/bin/sh\necho "ValueError: no" >&2; exit 3\n' });
  const { code, failure } = await runJob(t, { ...script, hyperparameters: TORCH }, variables);
  assert.equal(code, 3);
  assert.match(
    failure ?? '',
    /^ExecuteUserScriptError:\nExitCode 3\nErrorMessage "ValueError: no"\nCommand "torchrun --nnodes 1/,
  );
});

test('without its program a launcher says what the image lacks', async (t) => {
  const none = await runJob(t, { ...script, hyperparameters: TORCH });
  assert.equal(none.code, 1);
  assert.match(
    none.failure ?? '',
    /^UserError LAUNCHER_MISSING: the launcher needs torchrun, which is not on PATH\nWhere: PATH=.*\nFix: Install PyTorch/,
  );
  const compiler = standIns(t, { torchrun: '#!/bin/sh\n' });
  const neuron = await runJob(
    t,
    { ...script, hyperparameters: TORCH },
    { ...compiler, RUN_NEURON_PARALLEL_COMPILE: '1' },
  );
  assert.match(neuron.failure ?? '', /the launcher needs neuron_parallel_compile/);
});

test('PyTorch/XLA is refused at the start where torch_xla is missing', async (t) => {
  const variables = standIns(t, { 'nvidia-smi': '#!/bin/sh\necho "GPU 0: stand-in"\n' });
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

// Keeps what it was given and where it ran, and serves for ever, as the real one does.
const STAND_IN_TENSORFLOW = `import os, signal, time
class _Server:
    def __init__(self, cluster, job_name, task_index, config):
        self.note = f"{job_name} {task_index} {cluster['ps'][task_index].rsplit(':', 1)[1]} {config}"
    def join(self):
        path = os.environ["SM_MODEL_DIR"] + "/server"
        open(path, "w").write(self.note)
        def end(*_):
            open(path, "a").write(" ended"); os._exit(0)
        signal.signal(signal.SIGTERM, end)
        time.sleep(60)
class _Namespace: pass
distribute = _Namespace(); distribute.Server = _Server
train = _Namespace(); train.ClusterSpec = lambda cluster: cluster
compat = _Namespace(); compat.v1 = _Namespace(); compat.v1.ConfigProto = lambda device_count: device_count
`;
const PARAMETER_SERVER = {
  optml_launch: 'false',
  sagemaker_parameter_server_enabled: 'true',
};

test('a parameter server runs beside the script of every host, until the last script has ended (stand-in TensorFlow)', async (t) => {
  const code = `import json, os, time
task = json.loads(os.environ["TF_CONFIG"])["task"]
while not os.path.exists(os.environ["SM_MODEL_DIR"] + "/server"): time.sleep(0.05)
time.sleep(1 if task["type"] == "master" else 0)
print(task["type"], task["index"], open(os.environ["SM_MODEL_DIR"] + "/server").read())
`;
  const hosts = startHosts(t, {
    program: 'train.py',
    code,
    hyperparameters: PARAMETER_SERVER,
    files: { 'code/tensorflow.py': STAND_IN_TENSORFLOW },
  });
  const ends = await endsOf(hosts);
  assert.deepEqual(
    ends.map(({ code: exitCode, stdout }) => [exitCode, stdout]),
    [
      [0, "master 0 ps 0 2223 {'GPU': 0}\n"],
      [0, "worker 0 ps 1 2223 {'GPU': 0}\n"],
    ],
    ends[0]?.stderr,
  );
});

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
