// A real browser, in which a hostile page tries to reach the endpoint with everything that pages have.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { startEndpoint } from '../../src/endpoint/endpoint.ts';
import type { Service } from '../../src/endpoint/http/service.ts';
import { temporaryFolder } from '../support/job.ts';

const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);
const skip = BROWSER === undefined && 'needs Chromium';

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=' +
  'a'.repeat(64);
const QUERY =
  'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fs3%2Faws4_request' +
  `&X-Amz-Date=20260101T000000Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature=${'a'.repeat(64)}`;
const VERSION_2 = 'AWSAccessKeyId=AKID&Signature=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D&Expires=4102444800';

/** What the page does with the server at `url`: every way in which a page sends a request, each with a name. */
function hostilePage(url: string): string {
  return `<!doctype html><title>x</title><body><script>
const url = ${JSON.stringify(url)};
const job = JSON.stringify({ TrainingJobName: 'from-a-page' });
const headers = { Authorization: ${JSON.stringify(SIGNED)}, 'X-Amz-Date': '20260101T000000Z', 'X-Amz-Target': 'SageMaker.CreateTrainingJob', 'Content-Type': 'application/x-amz-json-1.1' };
const frame = (name) => { const f = document.createElement('iframe'); f.name = name; document.body.append(f); return new Promise((r) => { f.onload = r; f.onerror = r; setTimeout(r, 2000); }); };
const form = (name, action, enctype, method, fields) => { const f = Object.assign(document.createElement('form'), { action, enctype, method, target: name }); for (const [n, v] of Object.entries(fields)) { const i = document.createElement('input'); i.name = n; i.value = v; f.append(i); } document.body.append(f); const done = frame(name); f.submit(); return done; };
const tries = {
  plain: () => fetch(url + '/', { method: 'POST', mode: 'no-cors', body: job }),
  preflight: () => fetch(url + '/', { method: 'POST', headers, body: job }),
  presigned: () => fetch(url + '/bucket/key?' + ${JSON.stringify(QUERY)}, { method: 'PUT', mode: 'cors', body: 'x' }),
  version2: () => fetch(url + '/bucket/key?' + ${JSON.stringify(VERSION_2)}, { mode: 'no-cors' }),
  image: () => new Promise((r) => { const i = new Image(); i.onload = r; i.onerror = r; i.src = url + '/bucket/key?' + ${JSON.stringify(VERSION_2)}; }),
  script: () => new Promise((r) => { const s = document.createElement('script'); s.onload = r; s.onerror = r; s.src = url + '/bucket/script.js?' + ${JSON.stringify(VERSION_2)}; document.body.append(s); }),
  beacon: () => navigator.sendBeacon(url + '/', new Blob([job], { type: 'text/plain' })),
  textForm: () => form('a', url + '/?' + ${JSON.stringify(VERSION_2)}, 'text/plain', 'POST', { job }),
  fileForm: () => form('b', url + '/bucket', 'multipart/form-data', 'POST', { key: 'k', AWSAccessKeyId: 'AKID', policy: btoa('{"expiration":"2100-01-01T00:00:00Z","conditions":[]}'), signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=', file: 'x' }),
  queryForm: () => form('c', url + '/', 'application/x-www-form-urlencoded', 'POST', { Action: 'AssumeRole' }),
  navigation: () => { const done = frame('d'); window.open(url + '/bucket/key?' + ${JSON.stringify(VERSION_2)}, 'd'); return done; },
  socket: () => new Promise((r) => { const s = new WebSocket(url.replace('http', 'ws') + '/bucket/key?' + ${JSON.stringify(VERSION_2)}); s.onopen = s.onerror = r; }),
};
(async () => {
  const read = {};
  for (const [name, run] of Object.entries(tries)) {
    try { const answer = await run(); read[name] = answer instanceof Response && answer.type !== 'opaque' ? await answer.text() : ''; } catch (error) { read[name] = ''; }
  }
  await fetch('/done', { method: 'POST', body: JSON.stringify(read) });
})();
</script>`;
}

/** Opens a page in a browser of its own, in which `evil.test` is this machine, and returns what the page could read. */
async function visit(
  t: TestContext,
  address: string,
  done: Promise<string>,
): Promise<Readonly<Record<string, string>>> {
  const browser = spawn(
    BROWSER ?? '',
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP evil.test 127.0.0.1',
      `--user-data-dir=${temporaryFolder(t)}`,
      address,
    ],
    { stdio: 'ignore', detached: true },
  );
  const killed = new Promise((resolve) => browser.once('exit', resolve));
  try {
    return JSON.parse(await done) as Readonly<Record<string, string>>;
  } finally {
    if (browser.pid !== undefined) process.kill(-browser.pid, 'SIGKILL');
    await killed;
  }
}

/** A server with the page, and a promise of what it reports. */
async function serve(t: TestContext, page: () => string) {
  let report: (body: string) => void = () => undefined;
  const done = new Promise<string>((resolve) => {
    report = resolve;
  });
  const server = createServer(async (request, response) => {
    if (request.url === '/done') report(await text(request));
    response.writeHead(200, { 'content-type': 'text/html' }).end(request.url === '/' ? page() : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, done };
}

async function endpointThatRemembers(t: TestContext) {
  const served: string[] = [];
  const lines: string[] = [];
  const service = (name: string): Service => ({
    answer: async ({ method, path }) => {
      served.push(`${name} ${method} ${path}`);
      return { status: 200, body: 'SECRET' };
    },
    answerForm: async ({ path }) => {
      served.push(`${name} form ${path}`);
      return { status: 200, body: 'SECRET' };
    },
  });
  const services = { s3: service('s3'), sagemaker: service('sagemaker'), sts: service('sts') };
  const endpoint = await startEndpoint({
    services,
    isAnyCredentials: true,
    log: { warn: (message) => lines.push(message), access: (line) => lines.push(line) },
  });
  t.after(() => endpoint.close(0));
  return { endpoint, served, lines };
}

for (const [kind, host] of [
  ['another site', '127.0.0.1'],
  ['a site whose name resolves to this machine', 'evil.test'],
] as const) {
  test(`a page of ${kind} reaches no service, in any way that pages have`, { skip, timeout: 120_000 }, async (t) => {
    const { endpoint, served, lines } = await endpointThatRemembers(t);
    const target = host === 'evil.test' ? `http://evil.test:${endpoint.port}` : endpoint.url;
    const { port, done } = await serve(t, () => hostilePage(target));
    const read = await visit(t, `http://${host}:${port}/`, done);
    assert.deepEqual(served, []);
    assert.ok(lines.length >= 8, `the browser sent ${lines.length} requests: ${lines.join('\n')}`);
    for (const [name, content] of Object.entries(read)) assert.ok(!content.includes('SECRET'), name);
    assert.equal(Object.keys(read).length, 12, 'the page tried everything');
  });
}
