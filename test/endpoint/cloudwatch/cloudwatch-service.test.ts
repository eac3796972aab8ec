import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cloudWatchService } from '../../../src/endpoint/cloudwatch/cloudwatch-service.ts';
import { temporaryFolder } from '../../support/job.ts';
import { CREATED, endedRecord } from '../../support/records.ts';
import { callJson, callQuery } from '../support/call-service.ts';
import { putJob, storeIn } from '../support/logged-jobs.ts';

const NAMESPACE = '/aws/sagemaker/TrainingJobs';
const MINUTE = 60_000;
const START = Math.floor(CREATED / MINUTE) * MINUTE;
const DIMENSIONS = [{ Name: 'TrainingJobName', Value: 'job' }];

async function service(t: TestContext) {
  const store = storeIn(temporaryFolder(t));
  const point = (time: number, value: number, name = 'loss') => ({ time: START + time, host: 'algo-1', name, value });
  await putJob(store, endedRecord('job'), {
    points: [point(1000, 4), point(2000, 2), point(61_000, 1), point(62_000, Number.NaN), point(5000, 9, 'other')],
  });
  return cloudWatchService(store);
}

interface Point {
  readonly Timestamp: number;
  readonly [statistic: string]: unknown;
}

async function statistics(t: TestContext, members: object = {}) {
  const { output } = await callJson(await service(t), 'GraniteServiceVersion20100801.GetMetricStatistics', {
    Namespace: NAMESPACE,
    MetricName: 'loss',
    Dimensions: DIMENSIONS,
    StartTime: START / 1000 - 60,
    EndTime: START / 1000 + 600,
    Period: 60,
    Statistics: ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'],
    ...members,
  });
  return output as { Label: string; Datapoints: Point[]; __type: string; message: string };
}

test('a metric has its statistics for each period, with times as seconds', async (t) => {
  const { Label, Datapoints } = await statistics(t);
  assert.equal(Label, 'loss');
  assert.deepEqual(Datapoints, [
    { Timestamp: START / 1000, Average: 3, Sum: 6, Minimum: 2, Maximum: 4, SampleCount: 2, Unit: 'None' },
    { Timestamp: START / 1000 + 60, Average: 1, Sum: 1, Minimum: 1, Maximum: 1, SampleCount: 1, Unit: 'None' },
  ]);
});

test('the period in which a job began counts, though it began before the time that was asked for', async (t) => {
  const { Datapoints } = await statistics(t, { StartTime: START / 1000 + 1.5 });
  assert.equal(Datapoints[0]?.Timestamp, START / 1000);
  assert.equal(Datapoints[0]?.['SampleCount'], 2);
});

test('percentiles lie between the values', async (t) => {
  const { Datapoints } = await statistics(t, { Statistics: undefined, ExtendedStatistics: ['p0', 'p50', 'p100'] });
  assert.deepEqual(Datapoints[0]?.['ExtendedStatistics'], { p0: 2, p50: 3, p100: 4 });
});

test('other names, jobs, dimensions and namespaces have no points', async (t) => {
  const others = [
    { MetricName: 'accuracy' },
    { Dimensions: [{ Name: 'TrainingJobName', Value: '../job' }] },
    { Dimensions: [{ Name: 'Host', Value: 'job' }] },
    { Dimensions: [] },
    { Namespace: 'AWS/EC2' },
    { Unit: 'Seconds' },
  ];
  for (const members of others)
    assert.deepEqual((await statistics(t, members)).Datapoints, [], JSON.stringify(members));
});

test('a request with contradictory or unknown values is refused, and the error names the rule', async (t) => {
  const code = async (members: object) => (await statistics(t, members)).__type;
  assert.equal(await code({ EndTime: START / 1000 - 60 }), 'InvalidParameterCombination');
  assert.equal(await code({ Period: 61 }), 'InvalidParameterValue');
  assert.equal(await code({ Period: 1, EndTime: START / 1000 + 2000 }), 'InvalidParameterCombination');
  assert.equal(await code({ Statistics: ['Median'] }), 'InvalidParameterValue');
  assert.equal(await code({ Statistics: [] }), 'InvalidParameterCombination');
  assert.equal(await code({ StartTime: 'soon' }), 'InvalidParameterValue');
});

test('the same statistics come as XML for a form', async (t) => {
  const { status, xml } = await callQuery(await service(t), {
    Action: 'GetMetricStatistics',
    Version: '2010-08-01',
    Namespace: NAMESPACE,
    MetricName: 'loss',
    'Dimensions.member.1.Name': 'TrainingJobName',
    'Dimensions.member.1.Value': 'job',
    StartTime: new Date(START).toISOString(),
    EndTime: new Date(START + 10 * MINUTE).toISOString(),
    Period: '60',
    'Statistics.member.1': 'Minimum',
    'Statistics.member.2': 'Average',
  });
  assert.equal(status, 200);
  assert.match(xml, /<GetMetricStatisticsResult><Label>loss<\/Label><Datapoints><member><Timestamp>/);
  assert.ok(
    xml.includes(`<Timestamp>${new Date(START).toISOString()}</Timestamp><Minimum>2</Minimum><Average>3</Average>`),
  );
});

test('series of several queries come newest first, or in the order that was asked for', async (t) => {
  const one = await service(t);
  const query = (Id: string, MetricName: string, Stat: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: NAMESPACE, MetricName, Dimensions: DIMENSIONS }, Period: 60, Stat },
  });
  const ask = async (members: object) => {
    const { output } = await callJson(one, 'GraniteServiceVersion20100801.GetMetricData', {
      StartTime: START / 1000,
      EndTime: START / 1000 + 600,
      MetricDataQueries: [query('a', 'loss', 'Minimum'), query('b', 'other', 'p90')],
      ...members,
    });
    return output as { MetricDataResults: { Id: string; Values: number[]; Timestamps: number[] }[]; __type: string };
  };
  const { MetricDataResults } = await ask({});
  assert.deepEqual(
    MetricDataResults.map(({ Id, Values }) => [Id, Values]),
    [
      ['a', [1, 2]],
      ['b', [9]],
    ],
  );
  assert.deepEqual((await ask({ ScanBy: 'TimestampAscending' })).MetricDataResults[0]?.Values, [2, 1]);
  assert.equal((await ask({ MetricDataQueries: [{ Id: 'e', Expression: 'a+b' }] })).__type, 'InvalidParameterValue');
  assert.equal(
    (await ask({ MetricDataQueries: [query('a', 'loss', 'Sum'), query('a', 'x', 'Sum')] })).__type,
    'InvalidParameterValue',
  );
});

test('a series of very many points is summed up while others have their turn', async (t) => {
  const store = storeIn(temporaryFolder(t));
  const points = Array.from({ length: 100_000 }, (_, index) => ({
    time: START + index,
    host: 'h',
    name: 'loss',
    value: 1,
  }));
  await putJob(store, endedRecord('job'), { points });
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const { output } = await callJson(cloudWatchService(store), 'GraniteServiceVersion20100801.GetMetricStatistics', {
    Namespace: NAMESPACE,
    MetricName: 'loss',
    Dimensions: DIMENSIONS,
    StartTime: START / 1000,
    EndTime: START / 1000 + 600,
    Period: 300,
    Statistics: ['SampleCount'],
  });
  clearInterval(timer);
  const counts = (output['Datapoints'] as Point[]).map((point) => Number(point['SampleCount']));
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    100_000,
  );
  // One read of 128 KiB is one turn: the file has about 6 MB.
  assert.ok(turns >= 10, `${turns} turns`);
});

test('metrics with values are listed, those of one job by its dimension', async (t) => {
  const store = storeIn(temporaryFolder(t));
  for (const name of ['job', 'second']) {
    await putJob(store, endedRecord(name), {
      points: [
        { time: START, host: 'algo-1', name: `${name}:loss`, value: 1 },
        { time: START, host: 'algo-1', name: 'never', value: Number.NaN },
      ],
    });
  }
  const ask = async (input: object) => {
    const { output } = await callJson(cloudWatchService(store), 'GraniteServiceVersion20100801.ListMetrics', input);
    return (output as { Metrics: { MetricName: string }[] }).Metrics.map(({ MetricName }) => MetricName).sort();
  };
  assert.deepEqual(await ask({}), ['job:loss', 'second:loss']);
  assert.deepEqual(await ask({ Dimensions: DIMENSIONS }), ['job:loss']);
  assert.deepEqual(await ask({ MetricName: 'second:loss' }), ['second:loss']);
  assert.deepEqual(await ask({ Dimensions: [{ Name: 'InstanceId' }] }), []);
});
