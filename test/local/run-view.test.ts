// What one sees of a job of `optml run` while it runs and afterwards. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { waitFor } from '../support/processes.ts';
import { runWords } from '../support/run.ts';
import { channel, hosts, makeWorkplace, OPTML } from '../support/run-job-command.ts';
import { startS3 } from '../support/s3.ts';

const ESCAPE = '\u001b';
const METRICS = {
  AlgorithmSpecification: {
    TrainingImage: 'file://./project',
    TrainingInputMode: 'File',
    ContainerEntrypoint: ['/bin/sh', 'train.sh'],
    MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+)' }],
  },
};
const TWO_STEPS = 'echo "loss=0.5"; while [ ! -e "$GO" ]; do sleep 0.05; done; echo "loss=0.25"; echo end';

test('while a job runs it is listed, described and followed, and its metrics are there', async (t) => {
  const workplace = makeWorkplace(t, TWO_STEPS, METRICS);
  const run = workplace.start(['--env', `GO=${workplace.dir}/go`]);
  await run.seen('loss=0.5');
  const metrics = join(workplace.jobDir(), 'metrics.jsonl');
  await waitFor('the metric', () => existsSync(metrics) && readFileSync(metrics, 'utf8').includes('0.5'));
  assert.match((await workplace.optml(['jobs'])).stdout, /^job +InProgress \(Training\) /m);
  const described = JSON.parse((await workplace.optml(['describe', 'job', '--json'])).stdout);
  assert.equal(described.TrainingJobStatus, 'InProgress');
  assert.equal(described.SecondaryStatus, 'Training');
  const following = workplace.optml(['logs', 'job', '--follow']);
  workplace.write('go', '');
  assert.equal((await run.ended).code, 0);
  const followed = await following;
  assert.equal(followed.stdout, 'loss=0.5\nloss=0.25\nend\n');
  assert.equal(followed.stdout, (await run.ended).stdout);
  const [final] = workplace.record().FinalMetricDataList ?? [];
  assert.equal(final?.Value, 0.25);
  assert.match((await run.ended).stderr, /^ {2}metrics {2}loss=0\.25$/m);
});

test('a reader that sees that a job has ended finds its log and its final metrics whole', async (t) => {
  const script = 'i=0; while [ $i -lt 3000 ]; do echo "loss=$i"; i=$((i+1)); done; printf "the very last"';
  const workplace = makeWorkplace(t, script, METRICS);
  const run = workplace.start();
  await waitFor(
    'the end',
    () => existsSync(join(workplace.jobDir(), 'job.json')) && workplace.record().TrainingJobStatus === 'Completed',
  );
  const log = readFileSync(join(workplace.jobDir(), 'logs', 'algo-1.log'), 'utf8');
  assert.ok(log.endsWith('loss=2999\nthe very last'), log.slice(-100));
  assert.equal(workplace.record().FinalMetricDataList?.[0]?.Value, 2999);
  assert.equal((await run.ended).code, 0);
});

// A terminal, as `script` of util-linux makes one.
function onTerminal(
  t: TestContext,
  workplace: ReturnType<typeof makeWorkplace>,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
) {
  const command = [process.execPath, OPTML, 'run', 'job.json', '--engine', 'process', ...args].map(
    (word) => `'${word}'`,
  );
  const variables = { HOME: workplace.dir, OPTML_HOME: workplace.home, TERM: 'xterm', ...more };
  return runWords(t, ['script', '-qec', command.join(' '), '/dev/null'], { variables, cwd: workplace.dir });
}

const hasScript = spawnSync('script', ['--version']).status === 0;
const skip = hasScript ? false : 'there is no program "script"';

test('on a terminal the hosts have colours, and a line shows time, status and the latest metrics', {
  skip,
}, async (t) => {
  // The line changes once a second.
  const script = 'echo "loss=0.5"; until grep -q loss "$HOME/home/jobs/job/metrics.jsonl"; do sleep 0.1; done; sleep 2';
  const workplace = makeWorkplace(t, script, { ...hosts(2), ...METRICS });
  const { code, stdout } = await onTerminal(t, workplace, []);
  assert.equal(code, 0, stdout);
  assert.match(stdout, new RegExp(`${ESCAPE}\\[36malgo-[12] \\|${ESCAPE}\\[39m loss=0\\.5`));
  assert.match(stdout, new RegExp(`${ESCAPE}\\[33malgo-[12] \\|${ESCAPE}\\[39m loss=0\\.5`));
  assert.match(stdout, /\d s {2}Training {2}loss=0\.5/);
  const end = stdout.slice(stdout.indexOf('Job job: ')).replace(`${ESCAPE}[32mCompleted${ESCAPE}[39m`, 'Completed');
  assert.match(end, /^Job job: Completed after /);
  assert.ok(!end.includes(ESCAPE), JSON.stringify(end));
  const plain = await workplace.run();
  assert.ok(!`${plain.stdout}${plain.stderr}`.includes(ESCAPE));
});

test('on a terminal bars show how far the packing of artifacts is', { skip }, async (t) => {
  // Much: how much there is in all is counted only for what takes more than a moment.
  const workplace = makeWorkplace(t, 'truncate -s 2000000000 $ml/model/m');
  const { code, stdout } = await onTerminal(t, workplace, []);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /\[#*-*\] [\d.]+ \w+ of 2\.0 GB, .* {2}Packing /);
});

test('on a terminal bars show how far the download of a channel is', { skip }, async (t) => {
  const s3 = await startS3(t);
  for (const name of 'abcde') await s3.put(`data/${name}`, randomBytes(1_000_000));
  const workplace = makeWorkplace(t, 'true', { InputDataConfig: [channel('training', 's3://bucket/data/')] });
  const { code, stdout } = await onTerminal(t, workplace, [], s3.variables);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /\[#*-*\] [\d.]+ \w+ of 5\.0 MB, .* {2}channel "/);
});

test('one Ctrl-C on the terminal reaches optml and not the script', { skip }, async (t) => {
  const script = 'trap "echo interrupted" INT; trap "echo told; exit 0" TERM; echo begun; sleep 30 & wait; wait';
  const workplace = makeWorkplace(t, script);
  // The first process of the terminal's session gets the key as all others do.
  const command = `'${process.execPath}' '${OPTML}' run job.json --engine process`;
  const keys = `(while ! grep -q begun '${workplace.jobDir()}/logs/algo-1.log' 2>/dev/null; do sleep 0.1; done; printf '\\003'; sleep 3)`;
  const variables = { HOME: workplace.dir, OPTML_HOME: workplace.home, TERM: 'xterm' };
  const args = ['sh', '-c', `${keys} | script -qec "${command}" /dev/null`];
  const { stdout } = await runWords(t, args, { variables, cwd: workplace.dir });
  assert.match(stdout, /told\r?$/m, stdout);
  assert.doesNotMatch(stdout, /interrupted/);
  assert.equal(workplace.record().TrainingJobStatus, 'Stopped');
});

test('what has no effect is said, and a reason of several lines is indented', async (t) => {
  const workplace = makeWorkplace(t, 'printf "first line\n\nsecond line" > $ml/output/failure; exit 1');
  const { code, stderr } = await workplace.run(['--pull', 'missing', '--interrupt-after', '50']);
  assert.equal(code, 1);
  assert.match(stderr, /^Warning: The engine "process" pulls no image/m);
  assert.match(stderr, /^Warning: The hosts ended within 50 s: there was nothing to interrupt$/m);
  assert.match(stderr, /^ {2}reason {3}AlgorithmError: first line\n\n {11}second line$/m);
});

test('the image of a request is ignored, with a warning', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write('src/train.sh', 'echo "I run"');
  const args = ['run', '--source', 'src', '--program', 'train.sh', '--image', 'some/image:1', '--engine', 'process'];
  const { code, stdout, stderr } = await workplace.optml([...args, '--env', 'SAGEMAKER_CONTAINER_LOG_LEVEL=40']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^I run$/m);
  assert.match(stderr, /^Warning: The image some\/image:1 is not used/m);
});
