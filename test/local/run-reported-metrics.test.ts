// Metrics that a script reports by `reportMetric`. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byTrain, hosts, makeWorkplace } from '../support/run-job-command.ts';

const SCRIPT = `import { reportMetric } from 'optml';
for (const loss of [0.5, 0.25]) reportMetric('loss', loss);
reportMetric('count', 3n);
reportMetric('validation:error', Number.NaN);
`;

test('reported metrics need no definition: they are in the record, the series and the report', async (t) => {
  const workplace = makeWorkplace(t, 'true', byTrain('train.mjs'));
  workplace.write('project/train.mjs', SCRIPT);
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.equal(
    stdout,
    'optml metric loss=0.5;\noptml metric loss=0.25;\noptml metric count=3;\noptml metric validation:error=nan;\n',
  );
  assert.match(stderr, /^ {2}metrics {2}loss=0\.25 {2}count=3 {2}validation:error=NaN$/m);
  const final = workplace.record().FinalMetricDataList ?? [];
  assert.deepEqual(
    final.map(({ MetricName, Value }) => [MetricName, Value]),
    [
      ['loss', 0.25],
      ['count', 3],
      ['validation:error', 'NaN'],
    ],
  );
  const series = workplace.read('home/jobs/job/metrics.jsonl').trim().split('\n');
  assert.deepEqual(
    series.map((line) => JSON.parse(line)).map(({ host, name, value }) => `${host} ${name} ${value}`),
    ['algo-1 loss 0.5', 'algo-1 loss 0.25', 'algo-1 count 3', 'algo-1 validation:error NaN'],
  );
  const report = workplace.read('home/jobs/job/report.html');
  for (const name of ['loss', 'count', 'validation:error']) assert.ok(report.includes(name), name);
});

test('with a definition of SageMaker’s kind, a value is counted once', async (t) => {
  const workplace = makeWorkplace(t, 'true', {
    ...byTrain('train.mjs'),
    ...hosts(2),
    AlgorithmSpecification: {
      TrainingImage: 'file://./project',
      TrainingInputMode: 'File',
      MetricDefinitions: [{ Name: 'loss', Regex: 'optml metric loss=([^;]+);' }],
    },
  });
  workplace.write('project/train.mjs', SCRIPT);
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  const series = workplace.read('home/jobs/job/metrics.jsonl').trim().split('\n');
  const names = series.map((line) => JSON.parse(line).name as string).sort();
  assert.deepEqual(
    names,
    ['count', 'loss', 'loss', 'validation:error'].flatMap((name) => [name, name]),
  );
});

test('a wrong name or value of a metric is an error that names it', async (t) => {
  const workplace = makeWorkplace(t, 'true', byTrain('train.mjs'));
  workplace.write(
    'project/train.mjs',
    `import { reportMetric } from 'optml';
for (const [name, value] of [['my loss', 1], ['', 1], ['loss', '0.5'], ['loss', undefined]]) {
  try { reportMetric(name, value); } catch (error) { console.log(error.code, error.message); }
}
`,
  );
  const { stdout } = await workplace.run();
  assert.equal(
    stdout,
    `USAGE a metric cannot have the name "my loss"
USAGE a metric cannot have the name ""
USAGE the value of metric "loss" is "0.5", which is not a number
USAGE the value of metric "loss" is "undefined", which is not a number
`,
  );
});
