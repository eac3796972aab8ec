// A job that puts links in the place of its folders: optml touches nothing behind them. Where hosts have namespaces, the folders
// are mounts, which a job cannot replace (process-opt-ml.test.ts): these jobs run without. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { withoutNamespaces } from '../support/process-hosts.ts';
import { hosts, makeWorkplace, type Workplace } from '../support/run-job-command.ts';

const CHECKPOINTS = { CheckpointConfig: { S3Uri: './kept' } };

/** A folder of the user that no job may touch. */
function withVictim(
  t: TestContext,
  script: string,
  changes: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, string>> = {},
) {
  const workplace = makeWorkplace(t, `victim=$VICTIM\n${script}`, { ...changes, Environment: {} });
  const victim = join(workplace.dir, 'victim');
  workplace.write('victim/sub/precious', 'p');
  workplace.write('victim/secret', 's');
  for (const [name, content] of Object.entries(files)) workplace.write(`victim/${name}`, content);
  const before = stateOf(victim);
  const plain = withoutNamespaces(t);
  const run = async (args: readonly string[] = []) => {
    const result = await workplace.run(['--env', `VICTIM=${victim}`, ...args], plain);
    assert.deepEqual(stateOf(victim), before, result.stderr);
    return result;
  };
  return { workplace, victim, run };
}

function stateOf(dir: string): readonly unknown[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const { size, mode, mtimeMs, ctimeMs, ino } = lstatSync(join(dir, path));
      return [path, size, mode, mtimeMs, ctimeMs, ino];
    });
}

function deliveredBy({ dir }: Workplace): readonly string[] {
  const out = join(dir, 'out/job/output');
  return existsSync(out) ? readdirSync(out).sort() : [];
}

for (const compressionType of ['GZIP', 'NONE']) {
  test(`a link in the place of the model is not followed on two hosts (${compressionType}): summary and record name it`, async (t) => {
    const changes = { ...hosts(2), OutputDataConfig: { S3OutputPath: './out', CompressionType: compressionType } };
    const script = 'rmdir $ml/model; ln -s $victim $ml/model; mkdir -p $ml/output/data; echo o > $ml/output/data/o';
    const { workplace, victim, run } = withVictim(t, script, changes);
    const { code, stderr } = await run();
    assert.equal(code, 4, stderr);
    const sentences = ['algo-1', 'algo-2'].map((host) => `model of ${host} is a symbolic link to "${victim}"`);
    for (const sentence of sentences) {
      assert.ok(stderr.includes(`Warning: ${sentence}. `), stderr);
      assert.ok(stderr.includes(`\n  missing  ${sentence}\n`), stderr);
    }
    const record = workplace.record();
    assert.deepEqual([record.TrainingJobStatus, record.ModelArtifacts], ['Completed', undefined]);
    assert.deepEqual(record.notDelivered, sentences);
    const described = await workplace.optml(['describe', 'job']);
    assert.match(described.stdout, /^Not delivered: +model of algo-1 is a symbolic link to "/m);
    assert.deepEqual(deliveredBy(workplace), [compressionType === 'NONE' ? 'data' : 'output.tar.gz']);
    assert.deepEqual(workplace.leftIn(), []);
  });
}

const PLACES: readonly (readonly [what: string, script: string, sentence: RegExp])[] = [
  [
    'output/data',
    'rm -rf $ml/output/data; ln -s $victim $ml/output/data',
    /^output\/data of algo-1 is a symbolic link to "/,
  ],
  ['output', 'rm -rf $ml/output; ln -s $victim $ml/output', /^output of algo-1 is a symbolic link to "/],
  ['model', 'rm -rf $ml/model; echo > $ml/model', /^model of algo-1 is not a folder$/],
  [
    'checkpoints',
    'rm -rf $ml/checkpoints; ln -s $victim $ml/checkpoints',
    /^checkpoints of algo-1 is a symbolic link to "/,
  ],
  ['the folder of the host', 'cd /; mv $ml $ml-moved; ln -s $victim $ml', /^ml of algo-1 is a symbolic link to "/],
];

for (const [what, script, sentence] of PLACES) {
  test(`what a job puts in the place of ${what} is not followed`, async (t) => {
    const { workplace, run } = withVictim(t, script, CHECKPOINTS);
    workplace.write('kept/old', 'old');
    const { code, stderr } = await run();
    assert.equal(code, 4, stderr);
    assert.equal(workplace.record().TrainingJobStatus, 'Completed');
    const [first = '', ...others] = workplace.record().notDelivered ?? [];
    assert.match(first, sentence);
    assert.deepEqual(others, []);
    assert.deepEqual(readdirSync(join(workplace.dir, 'kept')), ['old']);
    assert.deepEqual(workplace.leftIn(), []);
  });
}

test('a link of a job is shown with escapes', async (t) => {
  const workplace = makeWorkplace(t, `rmdir $ml/model; ln -s "$(printf '/x\\033[2K')" $ml/model`);
  const { code, stderr } = await workplace.run([], withoutNamespaces(t));
  assert.equal(code, 4, stderr);
  assert.ok(stderr.includes('model of algo-1 is a symbolic link to "/x\\x1b[2K"'), stderr);
});

test('a failed job stays failed', async (t) => {
  const { workplace, run } = withVictim(t, 'rmdir $ml/model; ln -s $victim $ml/model; exit 5', {});
  assert.equal((await run()).code, 1);
  assert.equal(workplace.record().TrainingJobStatus, 'Failed');
});

test('set-uid, set-gid and sticky bits leave neither with the model nor with checkpoints', async (t) => {
  const script =
    'for dir in model checkpoints; do echo > $ml/$dir/shell; chmod 6755 $ml/$dir/shell; done; chmod 3777 $ml/model';
  const changes = { ...CHECKPOINTS, OutputDataConfig: { S3OutputPath: './out', CompressionType: 'NONE' } };
  const workplace = makeWorkplace(t, script, changes);
  const { code, stderr } = await workplace.run([], withoutNamespaces(t));
  assert.equal(code, 0, stderr);
  const modes = ['out/job/output/model', 'out/job/output/model/shell', 'kept/shell'].map((path) =>
    (statSync(join(workplace.dir, path)).mode & 0o7777).toString(8),
  );
  assert.deepEqual(modes, ['777', '755', '755']);
});

test('FIFOs are neither made nor removed behind a link in the place of their folder', async (t) => {
  const channel = { S3DataType: 'S3Prefix', S3Uri: './data/' };
  const InputDataConfig = [{ ChannelName: 'secret', InputMode: 'Pipe', DataSource: { S3DataSource: channel } }];
  const script = 'cat $ml/input/data/secret_0; mv $ml/input/data $ml/input/own; ln -s $victim $ml/input/data';
  const { workplace, victim, run } = withVictim(t, script, { InputDataConfig }, { secret_0: '0', secret_1: '1' });
  workplace.write('data/a', 'content');
  const { code, stdout, stderr } = await run();
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'content');
  assert.deepEqual(readdirSync(victim).sort(), ['secret', 'secret_0', 'secret_1', 'sub']);
});

for (const [what, link] of [
  ['a file', 'ln -sf $victim/secret $ml/input/config/hyperparameters.json'],
  ['the folder', 'rm -rf $ml/input/config; ln -s $victim $ml/input/config'],
  ['the folder of the input', 'rm -rf $ml/input; ln -s $victim $ml/input'],
] as const) {
  test(`a second attempt is not configured through a link in the place of ${what}, and finds nothing of the first`, async (t) => {
    const script = `
if [ -e $ml/checkpoints/first ]; then
  ls -A $ml $ml/input $ml/code $ml/model > $ml/model/seen; cat $ml/input/config/hyperparameters.json > $ml/model/hps; exit 0
fi
trap 'exit 0' TERM
touch $ml/checkpoints/first
for dir in input code model output; do touch $ml/$dir/leftover; done; touch $ml/leftover
${link}
sleep 30 & wait`;
    const changes = { ...CHECKPOINTS, OutputDataConfig: { S3OutputPath: './out', CompressionType: 'NONE' } };
    const { workplace, run } = withVictim(t, script, changes);
    const { code, stderr } = await run(['--interrupt-after', '2', '--hp', 'epochs=5']);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(workplace.read('out/job/output/model/seen'), /leftover/);
    assert.match(workplace.read('out/job/output/model/hps'), /"epochs":"5"/);
  });
}
