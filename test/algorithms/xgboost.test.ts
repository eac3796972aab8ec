// Jobs of XGBoost on the engine `process`, by the name of AWS's image. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { extract } from 'tar';
import { pythonPackages } from '../support/frameworks/python-packages.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { channel, makeWorkplace, type Workplace } from '../support/run-job-command.ts';

const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';

interface Job {
  readonly workplace: Workplace;
  readonly variables: NodeJS.ProcessEnv;
  readonly python: string;
}

/** A job with these hyperparameters and channels (name → content type and content); undefined if the test is skipped. */
function jobOf(
  t: TestContext,
  hyperparameters: Readonly<Record<string, string>>,
  channels: Readonly<Record<string, readonly [type: string, content: string]>>,
  changes: Readonly<Record<string, unknown>> = {},
): Job | undefined {
  const bin = pythonPackages(t, 'boosting');
  if (bin === undefined) return undefined;
  const workplace = makeWorkplace(t, '', {
    AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' },
    HyperParameters: hyperparameters,
    InputDataConfig: Object.entries(channels).map(([name, [ContentType]]) =>
      channel(name, `./data/${name}`, {}, { ContentType }),
    ),
    ...changes,
  });
  for (const [name, [, content]] of Object.entries(channels)) workplace.write(`data/${name}/part`, content);
  return { workplace, variables: { PATH: `${bin}${delimiter}${process.env['PATH']}` }, python: join(bin, 'python') };
}

/** Rows of a fixed pseudo-random function: a label of two classes, and four features. */
function rowsOf(count: number, seed = 1): readonly (readonly number[])[] {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.round((state / 2 ** 31) * 1e4) / 1e4;
  };
  return Array.from({ length: count }, () => {
    const features = [next(), next(), next(), next()];
    return [(features[0] ?? 0) + 0.5 * next() > 0.7 ? 1 : 0, ...features];
  });
}

const csvOf = (rows: readonly (readonly number[])[]) => `${rows.map((row) => row.join(',')).join('\n')}\n`;
const libsvmOf = (rows: readonly (readonly number[])[]) =>
  `${rows.map(([label, ...features]) => [label, ...features.map((value, index) => `${index}:${value}`)].join(' ')).join('\n')}\n`;

const LOGISTIC = { objective: 'binary:logistic', num_round: '5', max_depth: '3', eta: '0.4' } as const;

async function modelDirOf({ workplace }: Job): Promise<string> {
  const dir = join(workplace.dir, 'unpacked');
  mkdirSync(dir);
  await extract({ file: join(workplace.dir, 'out', 'job', 'output', 'model.tar.gz'), cwd: dir });
  return dir;
}

async function compare(job: Job, file: string, rounds: number) {
  const program = join(import.meta.dirname, 'programs', 'xgboost-reference.py');
  const parameters = { objective: 'binary:logistic', max_depth: 3, eta: 0.4, base_score: 0.5 };
  const model = join(await modelDirOf(job), 'xgboost-model');
  const args = [program, file, String(rounds), JSON.stringify(parameters), model];
  const { stdout, stderr } = spawnSync(job.python, args, { encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout);
}

describe('a model is that of plain XGBoost', () => {
  for (const [type, write] of [
    ['text/csv', csvOf],
    ['csv', csvOf],
    ['text/csv; label_size=1', csvOf],
    ['text/libsvm', libsvmOf],
  ] as const) {
    test(`from ${type}`, async (t) => {
      const rows = rowsOf(300);
      const job = jobOf(t, LOGISTIC, { train: [type, write(rows)] });
      if (job === undefined) return;
      const { code, stderr } = await job.workplace.run([], job.variables);
      assert.equal(code, 0, stderr);
      const file = job.workplace.write('same.csv', csvOf(rows));
      assert.deepEqual(await compare(job, file, 5), { same: true, rounds: 5 });
    });
  }
});

test('the log has the metrics of both channels in the form of AWS, and early stopping keeps the best rounds', async (t) => {
  const hyperparameters = { ...LOGISTIC, num_round: '60', early_stopping_rounds: '3', eval_metric: 'auc,logloss,f1' };
  const job = jobOf(t, hyperparameters, {
    train: ['csv', csvOf(rowsOf(200))],
    validation: ['csv', csvOf(rowsOf(100, 7))],
  });
  if (job === undefined) return;
  const { code, stderr } = await job.workplace.run([], job.variables);
  assert.equal(code, 0, stderr);
  const log = job.workplace.read('home/jobs/job/logs/algo-1.log');
  assert.match(
    log,
    /^\[0\]\ttrain-auc:0\.\d{5}\ttrain-logloss:0\.\d{5}\tvalidation-auc:0\.\d{5}\tvalidation-logloss:0\.\d{5}\ttrain-f1:0\.\d{5}\tvalidation-f1:0\.\d{5}$/m,
  );
  const best = Number(/^Stopping\. Best iteration: \[(\d+)\]\tvalidation-f1/m.exec(log)?.[1]);
  const rounds = [...log.matchAll(/^\[\d+\]\ttrain-/gm)].length;
  assert.equal(rounds, best + 1 + 3);
  const file = job.workplace.write('same.csv', csvOf(rowsOf(200)));
  assert.deepEqual(await compare(job, file, best + 1), { same: true, rounds: best + 1 });
});

describe('mistakes end the job with a ClientError', () => {
  const good = csvOf(rowsOf(20));
  for (const [what, hyperparameters, content, message] of [
    ['a header', LOGISTIC, `label,a,b,c,d\n${good}`, /part, line 1.*|header/s],
    ['text in a number', LOGISTIC, `${good}1,0.5,red,0,0\n`, /part, line 21, column 3/],
    ['a row of another length', LOGISTIC, `${good}1,0.5\n`, /part, line 21/],
    ['a missing label', LOGISTIC, `${good},0.1,0.2,0.3,0.4\n`, /part, line 21, column 1/],
    ['an empty file', LOGISTIC, '', /channel train|part/],
    [
      'a label outside of the classes',
      LOGISTIC,
      `${good}7,0.1,0.2,0.3,0.4\n`,
      /the label of a row is 7, but must be from 0 to 1 for objective=binary:logistic\nWhere: train\/part, line 21, column 1; rule label-value/,
    ],
    [
      'a negative weight',
      { ...LOGISTIC, csv_weights: '1' },
      `${good}1,-0.5,0.2,0.3,0.4\n`,
      /the weight of a row is -0\.5, .*\nWhere: train\/part, line 21, column 2; rule weight-value/,
    ],
    [
      'more classes than the memory holds',
      { objective: 'multi:softmax', num_class: '1000000000', num_round: '1' },
      good,
      /GiB of memory.*\n.*\n.*Reduce num_class/,
    ],
    ['a misspelt hyperparameter', { ...LOGISTIC, num_rounds: '3' }, good, /num_rounds.*did you mean num_round\?/],
    ['a hyperparameter out of range', { ...LOGISTIC, subsample: '0' }, good, /subsample.*"0"/],
  ] as const) {
    test(what, async (t) => {
      const job = jobOf(t, hyperparameters, { train: ['csv', content] });
      if (job === undefined) return;
      const { code, stderr } = await job.workplace.run([], job.variables);
      // A hyperparameter may be refused before the job starts.
      assert.ok(code === 1 || code === 2, stderr);
      const log = join(job.workplace.home, 'jobs', 'job', 'logs', 'algo-1.log');
      const text = `${stderr}${existsSync(log) ? job.workplace.read('home/jobs/job/logs/algo-1.log') : ''}`;
      assert.match(text, message);
      assert.doesNotMatch(text, /Traceback|Stack trace|ExecuteUserScriptError|\bat .*\.c?js:\d+/);
    });
  }
});

test('a stopped job keeps the model so far, and the next job goes on from its checkpoint', async (t) => {
  const hyperparameters = { ...LOGISTIC, num_round: '100000', eval_metric: 'logloss' };
  const changes = { CheckpointConfig: { S3Uri: './checkpoints' }, StoppingCondition: { MaxRuntimeInSeconds: 120 } };
  const job = jobOf(t, hyperparameters, { train: ['csv', csvOf(rowsOf(3000))] }, changes);
  if (job === undefined) return;
  const run = job.workplace.start([], job.variables);
  await run.seen('[20]\ttrain-logloss');
  await job.workplace.optml(['stop', 'job']);
  assert.equal((await run.ended).code, 3);
  assert.deepEqual(readdirSync(await modelDirOf(job)), ['xgboost-model']);
  const saved = readdirSync(join(job.workplace.dir, 'checkpoints')).map((name) =>
    /^xgboost-checkpoint\.(\d+)$/.exec(name),
  );
  const last = Math.max(...saved.map((name) => Number(name?.[1])));
  assert.ok(last >= 20, String(saved));
  job.workplace.writeJob({
    ...JSON.parse(job.workplace.read('job.json')),
    TrainingJobName: 'next',
    HyperParameters: { ...hyperparameters, num_round: String(last + 3) },
  });
  assert.equal((await job.workplace.run([], job.variables)).code, 0);
  const log = job.workplace.read('home/jobs/next/logs/algo-1.log');
  assert.match(log, new RegExp(`^Resuming from iteration ${last + 1}$`, 'm'));
  const rounds = [...log.matchAll(/^\[(\d+)\]\ttrain/gm)].map(([, round]) => Number(round));
  assert.deepEqual(rounds, [last + 1, last + 2]);
});

test('checkpoints that are named pipes, links, folders or damaged are skipped', (t) => {
  const bin = pythonPackages(t, 'boosting');
  if (bin === undefined) return;
  const dir = temporaryFolder(t);
  const file = (number: number) => join(dir, `xgboost-checkpoint.${number}`);
  execFileSync('mkfifo', [file(1)]);
  symlinkSync('/dev/zero', file(2));
  mkdirSync(file(3));
  writeFileSync(file(4), '{L');
  const program = 'import sys; from checkpoints import Checkpoints; print(Checkpoints(sys.argv[1], True).newest())';
  const cwd = join(ROOT, 'src', 'algorithms', 'xgboost', 'program');
  const options = { cwd, encoding: 'utf8', timeout: 30_000 } as const;
  const lines = execFileSync(join(bin, 'python'), ['-B', '-c', program, dir], options).trim().split('\n');
  assert.deepEqual(lines, [
    ...[4, 3, 2, 1].map((number) => `${file(number)} is no whole model: it is skipped`),
    '(None, 0)',
  ]);
});

test('cross-validation saves a model for each fold, and a prediction for each row', async (t) => {
  const rows = rowsOf(90);
  const job = jobOf(t, { ...LOGISTIC, _kfold: '3', eval_metric: 'error' }, { train: ['csv', csvOf(rows)] });
  if (job === undefined) return;
  const { code, stderr } = await job.workplace.run([], job.variables);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    readdirSync(await modelDirOf(job)).sort(),
    [0, 1, 2].map((fold) => `xgboost-model-${fold}`),
  );
  const log = job.workplace.read('home/jobs/job/logs/algo-1.log');
  assert.match(log, /^\[5\]\ttrain-error:0\.\d{5}\tvalidation-error:0\.\d{5}$/m);
  await extract({ file: join(job.workplace.dir, 'out', 'job', 'output', 'output.tar.gz'), cwd: job.workplace.dir });
  const lines = job.workplace.read('predictions.csv').trim().split('\n');
  assert.deepEqual(
    lines.map((line) => Number(line.split(',')[0])),
    rows.map(([label]) => label),
  );
});

test('two hosts train one model on their shards', async (t) => {
  const changes = {
    ResourceConfig: { InstanceType: 'local', InstanceCount: 2 },
    InputDataConfig: [
      channel('train', './data/train', { S3DataDistributionType: 'ShardedByS3Key' }, { ContentType: 'csv' }),
    ],
  };
  const hyperparameters = { ...LOGISTIC, eval_metric: 'logloss,accuracy' };
  const job = jobOf(t, hyperparameters, { train: ['csv', csvOf(rowsOf(150))] }, changes);
  if (job === undefined) return;
  job.workplace.write('data/train/second', csvOf(rowsOf(150, 9)));
  const { code, stderr } = await job.workplace.run([], job.variables);
  if (/names? of .*hosts.* resolve|namespaces/.test(stderr) && code !== 0) return t.skip('hosts need namespaces');
  assert.equal(code, 0, stderr);
  const file = job.workplace.write('same.csv', csvOf(rowsOf(150)));
  const { rounds } = await compare(job, file, 5);
  assert.equal(rounds, 5);
  assert.doesNotMatch(job.workplace.read('home/jobs/job/logs/algo-2.log'), /^\[0\]\t/m);
});
