// What the pages of the console show, whatever jobs have left.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { addJob, startConsole } from '../../support/console.ts';
import { CREATED, endedRecord, jobRequest, newRecord } from '../../support/records.ts';

const EVIL = '</pre></script><script>alert(1)</script><img src=x onerror=alert(2)>"\'';

test('the list shows jobs newest first, fifty on a page, and finds them by name and status', async (t) => {
  const { get, store } = await startConsole(t);
  for (let index = 1; index <= 120; index++) {
    const name = `job-${index}`;
    addJob(store, { ...(index === 7 ? newRecord(name) : endedRecord(name)), CreationTime: CREATED / 1000 + index });
  }
  const namesIn = (body: string) => [...body.matchAll(/href="\/_optml\/jobs\/([\w-]+)"/g)].map(([, name]) => name);
  const first = namesIn((await get('/_optml/')).body);
  assert.deepEqual([first.length, first[0], first[49]], [50, 'job-120', 'job-71']);
  const last = namesIn((await get('/_optml/?page=3')).body);
  assert.deepEqual([last.length, last.at(-1)], [20, 'job-1']);
  for (const page of ['9', '-1', 'x', '1e99', 'NaN', '1.5']) {
    assert.equal((await get(`/_optml/?page=${page}`)).status, 200, page);
  }
  assert.deepEqual(namesIn((await get('/_optml/?name=job-12&status=Completed')).body), ['job-120', 'job-12']);
  assert.deepEqual(namesIn((await get('/_optml/?status=InProgress')).body), ['job-7']);
  assert.match((await get(`/_optml/?name=${encodeURIComponent(EVIL)}`)).body, /value="&lt;\/pre&gt;/);
});

test('nothing that a job has written is markup, and its secrets are masked', async (t) => {
  const { get, store } = await startConsole(t);
  const request = jobRequest('job', {
    HyperParameters: { [EVIL]: EVIL, api_token: 'hush-hush-hush' },
    Environment: { DB_PASSWORD: 'swordfish' },
    AlgorithmSpecification: { TrainingImage: EVIL, TrainingInputMode: 'File' },
    InputDataConfig: [{ ChannelName: EVIL, DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: EVIL } } }],
  });
  const record = { ...endedRecord('job', { request }), FailureReason: `${EVIL} swordfish`, outputs: [`/out/${EVIL}`] };
  const dir = addJob(store, record, {
    'algo-1': `${EVIL} hush-hush-hush \u001b]0;title\u0007\u001b[31m\u0000\u202eevil\n`,
  });
  const point = { time: CREATED + 5000, host: EVIL, name: EVIL, value: 1 };
  writeFileSync(join(dir, 'metrics.jsonl'), `${JSON.stringify(point)}\n${JSON.stringify({ ...point, name: {} })}\n`);
  for (const path of ['', 'jobs/job', 'jobs/job/report', 'jobs/job/logs/algo-1']) {
    const { status, body } = await get(`/_optml/${path}`);
    assert.equal(status, 200, path);
    assert.equal(body.split('<script').length - 1, path === 'jobs/job/report' ? 0 : 1, path);
    assert.doesNotMatch(body, /<img|swordfish|hush-hush|href="(?:file|s3|http)/, path);
    for (const control of ['\u001b', '\u0000', '\u202e']) assert.ok(!body.includes(control), path);
    if (path !== '') assert.match(body, /&lt;script&gt;alert\(1\)/);
  }
  const { body } = await get('/_optml/jobs/job/logs/algo-1/new?from=0');
  assert.match(JSON.parse(body).text, /<script>alert\(1\)<\/script>.* \*{6} /, 'text, which the script shows as text');
});

test('new lines of a log come from the place that was reached, whole lines only', async (t) => {
  const { get, store } = await startConsole(t);
  const dir = addJob(store, newRecord('job'), { 'algo-1': 'one\ntw' });
  const file = join(dir, 'logs', 'algo-1.log');
  const next = async (from: number) => JSON.parse((await get(`/_optml/jobs/job/logs/algo-1/new?from=${from}`)).body);
  assert.deepEqual(await next(0), { text: 'one\n', rest: '', next: 4, skipped: 0, isMore: false });
  appendFileSync(file, 'o\n 10 %\r 20 %\r 3');
  assert.deepEqual(await next(4), { text: 'two\n', rest: ' 20 %', next: 8, skipped: 0, isMore: false });
  // In the middle of a line, a part of a secret would not be masked.
  assert.equal((await next(6)).text, 'two\n');
  appendFileSync(file, '0 %\n'.repeat(1000));
  const many = await next(8);
  assert.equal(many.text.split('\n').length - 1, 500);
  assert.equal(many.isMore, true);
  assert.deepEqual((await next(999_999_999_999_999)).text, '');
});

test('a log of a gigabyte is shown from its end, page by page, in little time', async (t) => {
  const { get, store } = await startConsole(t);
  const dir = addJob(store, newRecord('job'), { 'algo-1': 'first\n' });
  const file = join(dir, 'logs', 'algo-1.log');
  truncateSync(file, 1 << 30);
  appendFileSync(file, '\nlast\n');
  const startedAt = performance.now();
  const { body } = await get('/_optml/jobs/job/logs/algo-1');
  assert.match(body, /last\n<\/pre>/);
  assert.ok(body.length < 2_000_000);
  assert.match((await get('/_optml/jobs/job/logs/algo-1?from=0')).body, /first\n/);
  assert.match((await get('/_optml/jobs/job')).body, /last\n<\/pre>/);
  const behind = JSON.parse((await get('/_optml/jobs/job/logs/algo-1/new?from=6')).body);
  assert.ok(behind.skipped > 1 << 28 && behind.text.endsWith('last\n'));
  assert.ok(performance.now() - startedAt < 15_000);
});

test('names that lead elsewhere are names of nothing', async (t) => {
  const { get, store } = await startConsole(t);
  const dir = addJob(store, newRecord('job', { hosts: ['algo-1', '../../secret/x', '..'] }), { 'algo-1': 'hello\n' });
  mkdirSync(join(dir, '../../secret'), { recursive: true });
  writeFileSync(join(dir, '../../secret/x.log'), 'TOP\n');
  const paths = [
    'jobs/..%2fjob',
    'jobs/%2e%2e',
    'jobs/job%2f..%2fjob',
    'jobs/job/logs/..%2f..%2f..%2fsecret%2fx',
    'jobs/job/logs/..%2f..%2fsecret%2fx/new?from=0',
    'jobs/job/logs/%00',
    'jobs/job/logs/%',
    'jobs/%ff',
    'jobs/job/logs/algo-1/new/more',
    'jobs/job/logs/algo-1%00',
    'jobs//',
    'jobs/job/report/x',
    'jobs/none',
    `jobs/${'a'.repeat(5000)}`,
    '__proto__',
    'jobs/__proto__',
    'jobs/job/constructor',
  ];
  for (const path of paths) {
    const { status, body } = await get(`/_optml/${path}`);
    assert.equal(status, 404, path);
    assert.doesNotMatch(body, /TOP/);
  }
  assert.doesNotMatch((await get('/_optml/jobs/job')).body, /logs\/\.\.|logs\/%2e/i);
});

test('damaged records are named in the list, and have a page that says what to do', async (t) => {
  const { get, store } = await startConsole(t);
  const damage = [
    '{',
    'null',
    '[]',
    '{"format":99}',
    '\u0000',
    JSON.stringify({ ...endedRecord('x'), hosts: 'algo-1' }),
  ];
  damage.forEach((content, index) => {
    const dir = addJob(store, endedRecord(`damaged-${index}`));
    writeFileSync(join(dir, 'job.json'), content);
  });
  addJob(store, endedRecord('whole'));
  const moved = addJob(store, endedRecord('moved'));
  writeFileSync(join(moved, 'job.json'), JSON.stringify({ ...endedRecord('moved'), TrainingJobName: '../../etc' }));
  const list = await get('/_optml/');
  assert.match(list.body, /7 jobs have records that cannot be read/);
  assert.match(list.body, /href="\/_optml\/jobs\/whole"/);
  const page = await get('/_optml/jobs/damaged-0');
  assert.equal(page.status, 404);
  assert.match(page.body, /cannot be read/);
  assert.equal((await get('/_optml/jobs/moved')).status, 404);
});

test('HEAD answers as GET without a body; other methods are not allowed', async (t) => {
  const { get, store } = await startConsole(t);
  addJob(store, newRecord('job'));
  const head = await get('/_optml/jobs/job', { method: 'HEAD' });
  assert.deepEqual([head.status, head.body], [200, '']);
  assert.ok(Number(head.headers['content-length']) > 1000);
  for (const method of ['PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']) {
    const { status, headers } = await get('/_optml/', { method });
    assert.deepEqual([status, headers['allow']], [405, 'GET, HEAD'], method);
  }
});

test('two hundred open live logs and clients that do not read leave the endpoint fast, and let it close', async (t) => {
  const { get, store, url, close } = await startConsole(t);
  addJob(store, newRecord('job'), { 'algo-1': 'line\n'.repeat(100_000) });
  const { port } = new URL(url);
  const slow = Array.from({ length: 50 }, () => connect(Number(port), '127.0.0.1'));
  for (const socket of slow) {
    socket.on('error', () => undefined);
    socket.pause();
    socket.write('GET /_optml/jobs/job HTTP/1.1\r\nHost: localhost\r\n\r\nGET /_optml/');
  }
  const startedAt = performance.now();
  const polls = await Promise.all(
    Array.from({ length: 200 }, () => get('/_optml/jobs/job/logs/algo-1/new?from=499000')),
  );
  assert.deepEqual([...new Set(polls.map(({ status }) => status))], [200]);
  await close();
  assert.ok(performance.now() - startedAt < 20_000);
  for (const socket of slow) socket.destroy();
});
