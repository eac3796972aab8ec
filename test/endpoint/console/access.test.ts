// Who may see the pages of the console.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addJob, startConsole } from '../../support/console.ts';
import { endedRecord, newRecord } from '../../support/records.ts';

const PATHS = ['/_optml', '/_optml/', '/_optml/jobs/job', '/_optml/jobs/job/report', '/_optml/jobs/job/logs/algo-1'];

test('the URL with the token gives a strict cookie and leads to the URL without it', async (t) => {
  const { send, consoleUrl, url } = await startConsole(t);
  const { status, headers, body } = await send(consoleUrl.slice(url.length));
  assert.equal(status, 303);
  assert.equal(headers['location'], '/_optml/');
  assert.match(
    headers['set-cookie'] ?? '',
    /^optml-console-\d+=[\w-]{43}; Path=\/_optml\/; HttpOnly; SameSite=Strict$/,
  );
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(body, '');
});

test('a link in another page opens the console too: its strict cookie is for the next request', async (t) => {
  const { send, consoleUrl, url } = await startConsole(t);
  const token = consoleUrl.split('=').at(-1) ?? '';
  const answer = await send(consoleUrl.slice(url.length), { headers: { 'sec-fetch-site': 'cross-site' } });
  assert.equal(answer.status, 200);
  assert.match(answer.body, /http-equiv="refresh" content="0;url=\/_optml\/"/);
  assert.ok(!answer.body.includes(token));
});

test('without the cookie each page answers 401 and shows nothing', async (t) => {
  const { send, store, consoleUrl } = await startConsole(t);
  addJob(store, endedRecord('job'), { 'algo-1': 'hello\n' });
  const token = consoleUrl.split('=').at(-1) ?? '';
  const wrong = [
    {},
    { cookie: 'optml-console-80=x' },
    { cookie: `optml-console-${new URL(consoleUrl).port}=${token}` },
    { cookie: `optml-console-${new URL(consoleUrl).port}=` },
  ];
  for (const path of [...PATHS, '/_optml/nothing', '/_optml/?token=', '/_optml/?token=x', `/_optml/?token=${token}x`]) {
    for (const headers of wrong) {
      const { status, body } = await send(path, { headers });
      assert.equal(status, 401, path);
      assert.match(body, /optml endpoint/);
      assert.doesNotMatch(body, /hello|algo-1|>job</);
    }
  }
});

test('no other host name than those of this machine is served', async (t) => {
  const { get } = await startConsole(t);
  for (const host of ['evil.test', 'evil.test:80', 'localhost.evil.test']) {
    assert.equal((await get('/_optml/', { headers: { host } })).status, 403, host);
  }
});

test('the path of a bucket in the host name, and signed requests, stay those of S3', async (t) => {
  const { get } = await startConsole(t);
  const ofBucket = await get('/_optml/key', { headers: { host: 'bucket.localhost' } });
  assert.match(ofBucket.body, /<Error>/);
  const signed = await get('/_optml/', { headers: { authorization: 'AWS4-HMAC-SHA256 x' } });
  assert.match(signed.body, /<Error>/);
});

test('requests of other pages are refused, also with the cookie', async (t) => {
  const { get, url } = await startConsole(t);
  const foreign = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://evil.test' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
  ];
  for (const headers of foreign) assert.equal((await get('/_optml/', { headers })).status, 403);
  assert.equal((await get('/_optml/', { headers: { origin: url, 'sec-fetch-site': 'same-origin' } })).status, 200);
});

test('a stop needs the key of the form for this job', async (t) => {
  const { get, send, store } = await startConsole(t);
  const dir = addJob(store, newRecord('job'));
  addJob(store, newRecord('other'));
  const keyIn = (body: string) => /name="key" value="([\w-]+)"/.exec(body)?.[1] ?? '';
  const key = keyIn((await get('/_optml/jobs/job')).body);
  const other = keyIn((await get('/_optml/jobs/other')).body);
  assert.notEqual(key, other);
  const path = '/_optml/jobs/job/stop';
  for (const body of ['', 'key=', `key=${other}`, `key=${key}x`]) {
    assert.equal((await get(path, { method: 'POST', body })).status, 403, body);
  }
  assert.equal((await send(path, { method: 'POST', body: `key=${key}` })).status, 401);
  assert.equal((await get(path)).status, 405);
  assert.ok(!existsSync(join(dir, 'stop')));
  const stopped = await get(path, { method: 'POST', body: `key=${key}` });
  assert.equal(stopped.status, 303);
  assert.equal(stopped.headers['location'], '/_optml/jobs/job');
  assert.ok(existsSync(join(dir, 'stop')));
  assert.match((await get('/_optml/jobs/job')).body, /class="badge Stopping"/);
});

test('the token and the cookie are in no page, header or line of the log', async (t) => {
  const { get, consoleUrl, lines, store } = await startConsole(t);
  addJob(store, newRecord('job'), { 'algo-1': 'hello\n' });
  const token = consoleUrl.split('=').at(-1) ?? '';
  for (const path of [...PATHS, '/_optml/jobs/job/logs/algo-1/new?from=0']) {
    const { body, headers } = await get(path);
    assert.ok(!`${body}${JSON.stringify(headers)}`.includes(token), path);
    assert.equal(headers['set-cookie'], undefined);
  }
  assert.ok(lines.length > PATHS.length);
  assert.ok(!lines.join('\n').includes(token));
});

test('each answer forbids scripts, frames and sniffing of types', async (t) => {
  const { get, send, store } = await startConsole(t);
  addJob(store, newRecord('job'), { 'algo-1': 'hello\n' });
  const answers = [await send('/_optml/'), ...(await Promise.all(PATHS.map((path) => get(path))))];
  for (const { headers } of answers) {
    const policy = headers['content-security-policy'] ?? '';
    assert.match(policy, /^default-src 'none'; /);
    assert.match(policy, /frame-ancestors 'none'; base-uri 'none'/);
    assert.doesNotMatch(policy, /script-src[^;]*unsafe/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
  }
});
