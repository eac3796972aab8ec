// The report of a job, as a page on disk.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { JobRecord } from '../../src/jobs/record.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { temporaryFolder } from '../support/job.ts';
import { CREATED, endedRecord, jobRequest } from '../support/records.ts';

interface Files {
  readonly log?: string;
  readonly metrics?: readonly object[];
}

async function report(t: TestContext, record: JobRecord, { log = '', metrics = [] }: Files = {}): Promise<string> {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'logs'));
  writeFileSync(join(dir, 'logs', 'algo-1.log'), log);
  if (metrics.length > 0) {
    writeFileSync(join(dir, 'metrics.jsonl'), metrics.map((point) => `${JSON.stringify(point)}\n`).join(''));
  }
  const file = await writeReport(dir, record);
  assert.equal(file, join(dir, 'report.html'));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  return readFileSync(file, 'utf8');
}

test('the page needs nothing but itself, and runs nothing', async (t) => {
  const page = await report(t, endedRecord('job'), { log: 'hello\n' });
  assert.match(page, /default-src 'none'; style-src 'unsafe-inline'/);
  assert.doesNotMatch(page, /<script|<link|<img|<iframe|@import|url\(|\bon\w+=|src=/i);
  assert.match(page, /<title>job: Completed<\/title>/);
});

test('names and values from a job are text, never markup', async (t) => {
  const evil = '</pre><script>alert(1)</script>"\'';
  const request = jobRequest('job', {
    HyperParameters: { [evil]: evil },
    Environment: { [evil]: evil },
    AlgorithmSpecification: { TrainingImage: evil, TrainingInputMode: 'File' },
    InputDataConfig: [{ ChannelName: evil, DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: evil } } }],
  });
  const record = endedRecord('job', { request, FailureReason: evil, outputs: [evil, `/out/${evil}`] });
  const point = { time: CREATED + 5000, host: evil, name: evil, value: 1 };
  const page = await report(t, record, { log: `${evil}\n`, metrics: [point, { ...point, host: 'b' }] });
  assert.doesNotMatch(page, /<script/i);
  assert.ok(page.split('&lt;script&gt;alert(1)').length > 12);
});

test('secrets are masked in parameters and logs', async (t) => {
  const request = jobRequest('job', {
    HyperParameters: { api_token: 'hush-hush' },
    Environment: { DB_PASSWORD: 'swordfish' },
  });
  const page = await report(t, endedRecord('job', { request }), { log: 'using swordfish and hush-hush\n' });
  assert.doesNotMatch(page, /swordfish|hush-hush/);
  assert.match(page, /using \*{6} and \*{6}/);
});

test('of a log the last 200 lines are shown as on a terminal', async (t) => {
  const lines = Array.from({ length: 500 }, (_, index) => `\u001b[31mline ${index}\u001b[0m`);
  const page = await report(t, endedRecord('job'), { log: `${lines.join('\n')}\n 10%\r 99%\r100%\n` });
  assert.match(page, /<pre>line 301\nline 302\n/);
  assert.match(page, /\nline 499\n100%<\/pre>/);
});

test('a chart is drawn of each metric, many points thinned out, and gaps where a value is no number', async (t) => {
  const metrics = Array.from({ length: 50_000 }, (_, index) => ({
    time: CREATED + 4000 + index,
    host: `algo-${(index % 2) + 1}`,
    name: 'loss',
    value: index === 25_000 ? 'NaN' : index / 1000,
  }));
  const page = await report(t, endedRecord('job', { hosts: ['algo-1', 'algo-2'] }), { metrics });
  assert.equal(page.split('<figure').length - 1, 1);
  assert.match(page, /<b>loss<\/b><span class="last">49\.999<\/span>/);
  assert.match(page, /50,000 values, from 0 to 49\.999/);
  assert.equal(page.split('class="line').length - 1, 2);
  assert.match(page, /class="line s1" d="M[^M"]+M[^M"]+"/);
  assert.ok(page.length < 150_000, `${page.length} bytes`);
});

test('values that no chart can hold are reported in words', async (t) => {
  const point = { time: CREATED + 4000, host: 'algo-1', name: 'loss', value: 'NaN' };
  const huge = { ...point, name: 'huge', value: 1.7e308 };
  const page = await report(t, endedRecord('job'), { metrics: [point, huge, { ...huge, value: -1.7e308 }] });
  assert.match(page, /No value is a finite number\./);
  assert.doesNotMatch(page, /NaN%|Infinity|d="[^"]*NaN/);
});

test('a job that is still running has a report too', async (t) => {
  const { TrainingEndTime: _, ...running } = endedRecord('job');
  const page = await report(t, { ...running, TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' });
  assert.match(page, /InProgress \(Training\)/);
});

test('folders that were not delivered are named among the artifacts', async (t) => {
  const sentence = 'model of algo-1 is a symbolic link to "/data/<models>"';
  const page = await report(t, endedRecord('job', { notDelivered: [sentence] }));
  assert.match(
    page,
    /Not delivered<\/\w+><\w+>model of algo-1 is a symbolic link to &quot;\/data\/&lt;models&gt;&quot;</,
  );
});
