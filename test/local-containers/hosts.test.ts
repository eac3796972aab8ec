import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { before, suite, type TestContext, test } from 'node:test';
import { buildTestImages, engineOk, shellTestJob, type TestJob } from './support/container-job.ts';

before(buildTestImages);

const HOSTS = ['algo-1', 'algo-2'];
const NODE_IMAGE = 'node:24-bookworm-slim';

// Two hosts that greet one another by their names.
const GREET = `
const net = require('node:net');
const peer = process.env.PEER;
net.createServer((socket) => socket.end('hello from ' + process.env.ME)).listen(7000);
const ask = () => {
  const socket = net.connect(7000, peer);
  socket.on('error', () => setTimeout(ask, 100));
  socket.on('data', (text) => { console.log(String(text)); setTimeout(() => process.exit(0), 1500); });
};
ask();
`;

// What a container can fetch from URL, or that it cannot.
const FETCH = `
fetch(process.env.URL ?? process.env.AWS_ENDPOINT_URL_S3, { signal: AbortSignal.timeout(4000) })
  .then((answer) => answer.text()).then(console.log, () => console.log('unreachable'));
`;

function nodeJob(t: TestContext, script: string, spec: { isIsolated?: boolean; hosts?: readonly string[] } = {}) {
  return shellTestJob(t, '', { image: NODE_IMAGE, arguments: ['node', '-e', script], ...spec });
}

async function greetings(job: TestJob): Promise<readonly string[]> {
  const ends = await Promise.all(
    HOSTS.map((name, index) => job.run({ name, environment: { ME: name, PEER: HOSTS[1 - index] ?? '' } })),
  );
  return ends.map((end) => `${end.exitCode} ${end.output}`);
}

const GREETED = ['0 hello from algo-2\n', '0 hello from algo-1\n'];

test('the hosts of a job reach one another by name', async (t) => {
  assert.deepEqual(await greetings(await nodeJob(t, GREET, { hosts: HOSTS })), GREETED);
});

test('a host knows its own name, and its interface is eth0 (contract C12)', async (t) => {
  const job = await shellTestJob(t, 'getent hosts algo-1 >/dev/null && echo resolves; ls /sys/class/net');
  const { output } = await job.run();
  assert.match(output, /^resolves\neth0\nlo\n$/);
});

test('two jobs at the same time do not see one another', async (t) => {
  const [one, two] = await Promise.all([
    shellTestJob(t, 'sleep 1000'),
    shellTestJob(t, 'getent hosts algo-2 || echo no'),
  ]);
  await one.start({ name: 'algo-2' });
  assert.equal((await two.run()).output, 'no\n');
});

suite('an isolated job (contract C7)', () => {
  test('its hosts reach one another', async (t) => {
    assert.deepEqual(await greetings(await nodeJob(t, GREET, { hosts: HOSTS, isIsolated: true })), GREETED);
  });

  test('and nothing else: its network is internal', async (t) => {
    const job = await nodeJob(t, GREET, { isIsolated: true });
    const network = job.watchdog.commands[0]?.at(-1) ?? '';
    assert.match(engineOk(['network', 'inspect', network]), /"internal": true/i);
  });
});

async function serve(t: TestContext, host: string): Promise<number> {
  const server = createServer((request, response) => response.end(`served ${request.headers.host?.split(':')[1]}`));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

suite('an S3 endpoint on this machine', () => {
  for (const listen of ['127.0.0.1', '0.0.0.0']) {
    test(`that listens on ${listen} is reached by containers as if it were on theirs`, async (t) => {
      const port = await serve(t, listen);
      const job = await nodeJob(t, `setTimeout(() => { ${FETCH} }, 300)`);
      const { output } = await job.run({ environment: { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` } });
      assert.equal(output, `served ${port}\n`);
      assert.deepEqual(job.warnings, []);
    });
  }

  test('is not reached by an isolated job', async (t) => {
    const port = await serve(t, '127.0.0.1');
    const job = await nodeJob(t, FETCH, { isIsolated: true });
    const { output } = await job.run({ environment: { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` } });
    assert.equal(output, 'unreachable\n');
  });
});
