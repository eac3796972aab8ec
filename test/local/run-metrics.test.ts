// Metrics and lines of jobs of `optml run`, whatever their programs print. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { byTrain, hosts, makeWorkplace, type Workplace } from '../support/run-job-command.ts';

const raw = String.raw;

function definitions(regexes: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return {
    AlgorithmSpecification: {
      TrainingImage: 'file://./project',
      TrainingInputMode: 'File',
      ContainerEntrypoint: ['/bin/sh', 'train.sh'],
      MetricDefinitions: Object.entries(regexes).map(([Name, Regex]) => ({ Name, Regex })),
    },
  };
}

function log(workplace: Workplace): Buffer {
  return readFileSync(join(workplace.jobDir(), 'logs', 'algo-1.log'));
}

function pointsOf(workplace: Workplace): readonly (readonly [string, number])[] {
  const lines = readFileSync(join(workplace.jobDir(), 'metrics.jsonl'), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line)).map(({ name, value }) => [name, value]);
}

/** Runs a script; gives its points, the warnings about metrics, the log and standard output. */
async function runScript(t: TestContext, script: string, regexes: Readonly<Record<string, string>>) {
  const workplace = makeWorkplace(t, script, definitions(regexes));
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  const warnings = [...stderr.matchAll(/^Warning: (.*metric.*)$/gm)].map(([, text]) => text);
  return { points: pointsOf(workplace), warnings, log: log(workplace), stdout };
}

const LOSS = { loss: 'loss=([0-9.]+)' };

test('a pause in the middle of a line loses no metric', async (t) => {
  const script =
    "printf 'Loading ...'; sleep 0.4; printf ' done\\n'; for i in 1 2 3; do echo loss=0.$i; sleep 0.1; done";
  const { points, stdout, log } = await runScript(t, script, LOSS);
  assert.deepEqual(points, [
    ['loss', 0.1],
    ['loss', 0.2],
    ['loss', 0.3],
  ]);
  assert.equal(stdout, 'Loading ... done\nloss=0.1\nloss=0.2\nloss=0.3\n');
  assert.equal(log.toString(), stdout);
});

test('a progress bar on standard error joins no line of standard output', async (t) => {
  const script = [
    'i=1',
    'while [ $i -le 5 ]; do',
    `  printf '\\r%d0%%' $i >&2; sleep 0.1; printf 'loss='; sleep 0.1; echo 0.$i; sleep 0.1`,
    '  i=$((i+1))',
    'done',
    'echo >&2',
  ].join('\n');
  const { points, log, stdout } = await runScript(t, script, { loss: '^loss=([0-9.]+)$', bar: raw`.*#015(\d+)%` });
  assert.deepEqual(
    points.filter(([name]) => name === 'loss'),
    [1, 2, 3, 4, 5].map((i) => ['loss', i / 10]),
  );
  assert.deepEqual(points.at(-1), ['bar', 50]);
  for (const text of [log.toString(), stdout]) {
    assert.deepEqual(text.match(/^loss=0\.\d$/gm)?.length, 5, text);
    assert.deepEqual(text.match(/\r\d0%/g)?.length, 5, text);
  }
});

test('the last line needs no break', async (t) => {
  const { points, log } = await runScript(t, 'echo loss=0.5; printf "loss=0.25"', LOSS);
  assert.deepEqual(points.at(-1), ['loss', 0.25]);
  assert.equal(log.toString(), 'loss=0.5\nloss=0.25');
});

test('lines of megabytes are searched, binary bytes and colours do no harm, bytes stay as they are', async (t) => {
  const script = [
    "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo ' loss=0.5'",
    "printf '\\377\\000\\001 loss=0.25 \\303\\n'",
    "printf '\\033[32mloss=0.125\\033[0m\\n'",
    "printf 'loss=1\\r\\n'",
  ].join('\n');
  const { points, warnings, log } = await runScript(t, script, { ...LOSS, end: 'loss=(.*)$' });
  assert.deepEqual(points, [
    ['loss', 0.5],
    ['end', 0.5],
    ['loss', 0.25],
    ['loss', 0.125],
    ['loss', 1],
    ['end', 1],
  ]);
  assert.deepEqual(warnings, [
    'metric "end" has no value in 2 lines that its expression matches: "0.25 \ufffd" is not a number',
  ]);
  const rest = Buffer.from('\xff\0\x01 loss=0.25 \xc3\n\x1b[32mloss=0.125\x1b[0m\nloss=1\r\n', 'latin1');
  assert.ok(log.subarray(-rest.length).equals(rest));
  assert.equal(log.length, 3_000_000 + ' loss=0.5\n'.length + rest.length);
});

test('40 definitions of the form that SageMaker images use find their values in lines with tabs', async (t) => {
  const regexes = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`m${i}`, raw`.*\[[0-9]+\].*#011m${i}:([-+]?[0-9]*\.?[0-9]+).*`]),
  );
  const script = 'for i in $(seq 0 39); do printf "[$i]\\tm$i:0.$i\\n"; done';
  const { points, warnings } = await runScript(t, script, regexes);
  assert.deepEqual(
    points,
    Array.from({ length: 40 }, (_, i) => [`m${i}`, Number(`0.${i}`)]),
  );
  assert.deepEqual(warnings, []);
});

test('a metric that never matched, or whose value is no number, gets a warning at the end', async (t) => {
  const script = 'echo "acc=92.5%"; printf "[7]\\ttrain-auc:0.91\\n"; echo "auc=0.8;"';
  const { points, warnings } = await runScript(t, script, {
    acc: raw`acc=(\S+)`,
    auc: 'auc=([0-9.]+)',
    f1: 'f1=([0-9.]+)',
    'train:auc': raw`\ttrain-auc:([0-9.]+)`,
    'one digit': 'auc=(x)?',
  });
  assert.deepEqual(points, [['auc', 0.8]]);
  assert.deepEqual(warnings, [
    raw`metric "acc" has no value: its expression "acc=(\S+)" matches 1 line, but "92.5%" is not a number`,
    'metric "f1" has no value: its expression "f1=([0-9.]+)" matches no line of the output',
    raw`metric "train:auc" has no value: its expression "\ttrain-auc:([0-9.]+)" matches no line of the output. It contains \t, which SageMaker shows as #011 in the log: write #011 in the expression`,
    'metric "one digit" has no value: its expression "auc=(x)?" matches 1 line, but the group of its expression matches nothing',
  ]);
});

test('a job whose hosts never ran warns about no metric', async (t) => {
  const workplace = makeWorkplace(t, 'true', {
    ...definitions(LOSS),
    InputDataConfig: [
      { ChannelName: 'a', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './absent' } } },
    ],
  });
  const { code, stderr } = await workplace.run();
  assert.notEqual(code, 0);
  assert.doesNotMatch(stderr, /metric/);
});

test('a question without a line break is shown while the program waits', async (t) => {
  const workplace = makeWorkplace(t, 'printf "Continue? "; while [ ! -e "$GO" ]; do sleep 0.05; done; echo yes');
  const run = workplace.start(['--env', `GO=${workplace.dir}/go`]);
  await run.seen('Continue? ');
  workplace.write('go', '');
  assert.equal((await run.ended).stdout, 'Continue? yes\n');
});

test('with several hosts, a line whose end arrives late takes no further line', async (t) => {
  const workplace = makeWorkplace(t, 'printf half; sleep 0.6; echo; echo next', hosts(2));
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  const lines = stdout.trimEnd().split('\n').sort();
  assert.deepEqual(lines, ['algo-1 | half', 'algo-1 | next', 'algo-2 | half', 'algo-2 | next']);
});

test('train announces the program before its first line', async (t) => {
  const workplace = makeWorkplace(t, 'echo the first line of the script', byTrain());
  const { code, stdout, stderr } = await workplace.run(['--verbose']);
  assert.equal(code, 0, stderr);
  const [announced, command, first] = ['Invoking user script', 'Invoking script with', 'the first line'].map((text) =>
    stdout.indexOf(text),
  ) as [number, number, number];
  assert.ok(0 <= announced && announced < command && command < first, stdout);
});
