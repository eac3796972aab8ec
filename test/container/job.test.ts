// A job's whole life in a container, started as the platform and SDK local mode start it.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { list } from 'tar';
import type { JobSpec } from '../support/job.ts';
import { programJob, pythonJob, shellJob } from '../support/processes.ts';
import { makeSharedJob, partsOfJob, shellIn, startJob } from './support/engine.ts';
import { IMAGES } from './support/images.ts';

const HOST = { current_host: 'algo-1', hosts: ['algo-1'], network_interface_name: 'eth0' };
const CHANNEL = { TrainingInputMode: 'File', S3DistributionType: 'FullyReplicated', RecordWrapperType: 'None' };

const TRAIN_TS = `
import { readFileSync, writeFileSync } from 'node:fs';
import { channelPath, hyperparameters, modelPath, outputDataPath, trainingEnvironment } from 'optml';

const { epochs } = hyperparameters();
const environment = trainingEnvironment();
const data: string = readFileSync(channelPath('training', 'data.csv'), 'utf8');
console.log(\`epochs=\${epochs} host=\${environment.currentHost} data=\${data.trim()} args=\${process.argv.slice(2).join(' ')}\`);
writeFileSync(modelPath('model.json'), JSON.stringify({ epochs }));
writeFileSync(outputDataPath('metrics.json'), '{}');
`;

const TYPESCRIPT_JOB: JobSpec = {
  program: 'train.ts',
  hyperparameters: { epochs: '5', name: '"a b"' },
  resourceConfig: HOST,
  inputDataConfig: { training: CHANNEL },
  files: { 'source/train.ts': TRAIN_TS, 'input/data/training/data.csv': '1,2,3\n' },
};

async function namesIn(archive: string): Promise<readonly string[]> {
  const names: string[] = [];
  await list({ file: archive, onReadEntry: (entry) => names.push(entry.path) });
  return names.sort();
}

describe('a training job in a container', { concurrency: 2 }, () => {
  test('succeeds with its input, model and output mounted each for itself, as SDK local mode does', async (t) => {
    const base = makeSharedJob(t, TYPESCRIPT_JOB);
    const mounts = [...partsOfJob(base), '-v', `${base}/source:/opt/source:ro`];
    const options = [
      '--hostname',
      'algo-1',
      '-e',
      'SAGEMAKER_SUBMIT_DIRECTORY=/opt/source',
      '-e',
      'AWS_REGION=eu-west-1',
    ];
    const result = await startJob(t, { image: IMAGES.cpu, base, mounts, options }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'epochs=5 host=algo-1 data=1,2,3 args=--epochs 5 --name a b\n');
    assert.match(result.stderr, /Reporting training SUCCESS/);
    assert.equal(result.isSuccess, true);
    assert.equal(result.failure, undefined);
    assert.equal(readFileSync(join(base, 'model', 'model.json'), 'utf8'), '{"epochs":5}');
    assert.deepEqual(await namesIn(join(base, 'output', 'model.tar.gz')), ['model.json']);
    assert.deepEqual(await namesIn(join(base, 'output', 'output.tar.gz')), ['metrics.json']);
  });

  test('runs in a terminal, with everything mounted read-write, as local mode does both (C82)', async (t) => {
    const base = makeSharedJob(t, TYPESCRIPT_JOB);
    const options = ['-t', '--hostname', 'algo-1', '-e', 'SAGEMAKER_SUBMIT_DIRECTORY=/opt/ml/source'];
    const result = await startJob(t, { image: IMAGES.cpu, base, options }).ended;
    assert.equal(result.code, 0, result.stdout);
    assert.match(result.stdout, /^epochs=5 host=algo-1 data=1,2,3 args=--epochs 5 --name a b\r\n/m);
    assert.match(result.stdout, /Reporting training SUCCESS/);
  });

  test('is not packed where local mode collects the folders itself (C13, C80)', async (t) => {
    const base = makeSharedJob(t, TYPESCRIPT_JOB);
    const mounts = [...partsOfJob(base), '-v', `${base}/source:/opt/ml/code:ro`];
    const options = ['--hostname', 'algo-1', '-e', 'TRAINING_JOB_NAME=local-job'];
    const result = await startJob(t, { image: IMAGES.cpu, base, mounts, options }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(readdirSync(join(base, 'output')).sort(), ['data', 'success']);
    assert.equal(existsSync(join(base, 'model', 'model.json')), true);
  });

  test("runs without capabilities and new privileges, less than the platform gives, in folders of its user's", async (t) => {
    const base = makeSharedJob(t, shellJob('echo done; cat /proc/self/status > "$SM_MODEL_DIR/status"'));
    const owned = await shellIn(t, IMAGES.base, 'chmod -R go-w /job; chown -R 12345 /job', ['-v', `${base}:/job`]);
    assert.equal(owned.code, 0, owned.stderr);
    const restricted = ['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--network', 'none'];
    const options = ['--user', '12345:12345', ...restricted];
    const result = await startJob(t, { image: IMAGES.cpu, base, options }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'done\n');
    const status = readFileSync(join(base, 'model', 'status'), 'utf8');
    assert.match(status, /^CapEff:\s+0+$/m);
    assert.match(status, /^NoNewPrivs:\s+1$/m);
  });

  test('that fails ends with the exit code of the script, and its words in the failure file (C50, C51)', async (t) => {
    const script = 'echo working; echo "train.sh: the data is unusable" >&2; exit 3';
    const base = makeSharedJob(t, shellJob(script));
    const result = await startJob(t, { image: IMAGES.cpu, base }).ended;
    assert.equal(result.code, 3);
    assert.equal(result.isSuccess, false);
    assert.equal(
      result.failure,
      'ExecuteUserScriptError:\nExitCode 3\nErrorMessage "train.sh: the data is unusable"\nCommand "./train.sh"',
    );
  });

  test('has no terminal and no standard input, and needs none (C4)', async (t) => {
    const script =
      'for fd in 0 1 2; do if [ -t $fd ]; then echo "terminal $fd"; fi; done; read -r line || echo "no input"';
    const base = makeSharedJob(t, shellJob(script));
    const result = await startJob(t, { image: IMAGES.cpu, base }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'no input\n');
  });

  test("inherits the image's and the request's variables, and starts in /opt/ml/code", async (t) => {
    const base = makeSharedJob(t, shellJob('echo "$NODE_VERSION|$MINE|$PWD|$SM_MODEL_DIR"'));
    const result = await startJob(t, { image: IMAGES.cpu, base, options: ['-e', 'MINE=a b'] }).ended;
    assert.match(result.stdout, /^24\.[\d.]+\|a b\|\/opt\/ml\/code\|\/opt\/ml\/model\n$/);
  });

  // The script waits for a file that is made only when its first line has been seen outside.
  const WAITING = {
    'shell script': shellJob('echo "epoch 1"; while [ ! -e /opt/ml/input/seen ]; do sleep 0.05; done; echo "epoch 2"'),
    'Node program': programJob(
      'train.mjs',
      `import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
console.log('epoch 1');
while (!existsSync('/opt/ml/input/seen')) await sleep(50);
console.log('epoch 2');
`,
    ),
    'Python script': pythonJob(
      "import os, time\nprint('epoch 1')\nwhile not os.path.exists('/opt/ml/input/seen'): time.sleep(0.05)\nprint('epoch 2')\n",
    ),
  };
  for (const [what, spec] of Object.entries(WAITING)) {
    test(`log lines of a ${what} come out immediately, not in blocks (C52)`, async (t) => {
      const base = makeSharedJob(t, spec);
      const image = what === 'Python script' ? IMAGES.python : IMAGES.cpu;
      const job = startJob(t, { image, base });
      await job.seen('epoch 1\n');
      writeFileSync(join(base, 'input', 'seen'), '');
      const result = await job.ended;
      assert.equal(result.code, 0, result.stderr);
      assert.equal(result.stdout, 'epoch 1\nepoch 2\n');
    });
  }

  test('reaps the zombies that a script leaves to PID 1', async (t) => {
    // Each inner shell ends immediately, and its child, an orphan by then, ends while the script goes on.
    const script = `for i in 1 2 3 4 5 6 7 8 9 10; do sh -c "(sleep 0.1; : > /tmp/ended-$i) & exit 0"; done
while [ "$(ls /tmp/ended-* 2>/dev/null | wc -l)" -lt 10 ]; do sleep 0.05; done
echo orphaned; while [ ! -e /opt/ml/input/seen ]; do sleep 0.05; done`;
    const base = makeSharedJob(t, shellJob(script));
    const job = startJob(t, { image: IMAGES.cpu, base });
    await job.seen('orphaned');
    // The script's own `sleep` may be seen ended too, until its shell wakes up: it is not PID 1's to reap.
    const zombies = async () => {
      const lines = (await job.exec('grep -hE "^(State|PPid):" /proc/[0-9]*/status')).stdout;
      assert.match(lines, /State:\s+[RS].*\nPPid:\s+1\n/, 'the processes were found');
      return lines.match(/State:\s+Z.*\nPPid:\s+1\n/g) ?? [];
    };
    // The last of them may still be on its way out.
    let left = await zombies();
    for (let tries = 0; tries < 20 && left.length > 0; tries++) {
      await sleep(100);
      left = await zombies();
    }
    assert.deepEqual(left, []);
    writeFileSync(join(base, 'input', 'seen'), '');
    assert.equal((await job.ended).code, 0);
  });
});
