// What the server accepts, refuses and survives, over plain sockets.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { withResolvers } from '../../../src/concurrency/with-resolvers.ts';
import { anySignature, exchangeBytes, serviceOf, testEndpoint } from '../../support/endpoint.ts';

const ok = serviceOf((_request, content) => ({ status: 200, body: content }));
const SIGNED = `Authorization: ${anySignature('s3')}\r\nX-Amz-Date: 20260101T000000Z\r\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\n`;
const get = (more = '', host = '127.0.0.1') =>
  `GET /b/k HTTP/1.1\r\nHost: ${host}\r\n${SIGNED}${more}Connection: close\r\n\r\n`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

test('a request without a signature is refused in the form of its protocol', async (t) => {
  const { port } = await testEndpoint(t, { services: { s3: ok } });
  const head = 'Host: localhost\r\nConnection: close\r\n';
  const s3 = await exchangeBytes(port, `GET /b/k HTTP/1.1\r\n${head}\r\n`);
  assert.match(s3, /^HTTP\/1\.1 403 [\s\S]+<Code>AccessDenied<\/Code>/);
  const json = await exchangeBytes(port, `POST / HTTP/1.1\r\n${head}X-Amz-Target: SageMaker.ListTrainingJobs\r\n\r\n`);
  assert.match(json, /^HTTP\/1\.1 403 [\s\S]+"__type":"MissingAuthenticationTokenException"/);
  const form = `POST / HTTP/1.1\r\n${head}Content-Type: application/x-www-form-urlencoded\r\n\r\n`;
  assert.match(await exchangeBytes(port, form), /^HTTP\/1\.1 403 [\s\S]+<Code>MissingAuthenticationToken<\/Code>/);
});

test('names of this machine are accepted as the host, and no others', async (t) => {
  const { port } = await testEndpoint(t, { services: { s3: ok }, isAnyCredentials: true });
  for (const host of [
    '127.0.0.1',
    '127.8.9.1:80',
    '10.0.0.1',
    'localhost:4566',
    'bucket.s3.localhost',
    'B.localhost',
    '[::1]:1',
  ]) {
    assert.equal(statusOf(await exchangeBytes(port, get('', host))), 200, host);
  }
  for (const host of [
    'example.com',
    '10.0.0.1.example.com',
    'localhost.example.com',
    '127.0.0.1.example.com',
    'a@localhost',
    '',
  ]) {
    assert.equal(statusOf(await exchangeBytes(port, get('', host))), 403, host);
  }
});

test('requests with a header that only browsers send are refused', async (t) => {
  const { port } = await testEndpoint(t, { services: { s3: ok }, isAnyCredentials: true });
  for (const header of [
    'Origin: null',
    'Origin: http://localhost',
    'Sec-Fetch-Mode: no-cors',
    'sec-fetch-site: none',
    'Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty',
  ]) {
    assert.equal(statusOf(await exchangeBytes(port, get(`${header}\r\n`))), 403, header);
  }
});

test('requests of fetch in Node are no requests of web pages', async (t) => {
  const { url } = await testEndpoint(t, { services: { s3: ok }, isAnyCredentials: true });
  const headers = {
    authorization: anySignature('s3'),
    'x-amz-date': '20260101T000000Z',
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
  };
  assert.equal((await fetch(`${url}/b/k`, { headers })).status, 200);
});

test('a service that is missing, or that the target contradicts, is a 4xx with its name', async (t) => {
  const { port } = await testEndpoint(t, { services: { s3: ok, sagemaker: ok, logs: ok }, isAnyCredentials: true });
  const to = (service: string, target: string) =>
    `POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${anySignature(service)}\r\nX-Amz-Date: 20260101T000000Z\r\nX-Amz-Target: ${target}\r\nConnection: close\r\n\r\n`;
  assert.match(
    await exchangeBytes(port, to('dynamodb', 'DynamoDB_20120810.ListTables')),
    /^HTTP\/1\.1 400 [\s\S]+dynamodb/,
  );
  assert.equal(statusOf(await exchangeBytes(port, to('logs', 'SageMaker.ListTrainingJobs'))), 403);
  assert.equal(statusOf(await exchangeBytes(port, to('sagemaker', 'SageMaker.ListTrainingJobs'))), 200);
});

test('malformed requests get a 4xx and the endpoint goes on', async (t) => {
  const { port, warnings } = await testEndpoint(t, { services: { s3: ok }, isAnyCredentials: true });
  const head = `Host: localhost\r\n${SIGNED}Connection: close\r\n`;
  const malformed: Readonly<Record<string, string>> = {
    'no HTTP': 'hello\r\n\r\n',
    'TLS handshake': '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    'absolute target': `GET http://localhost/b HTTP/1.1\r\n${head}\r\n`,
    asterisk: `OPTIONS * HTTP/1.1\r\n${head}\r\n`,
    CONNECT: `CONNECT example.com:443 HTTP/1.1\r\n${head}\r\n`,
    'two framings': `PUT /b/k HTTP/1.1\r\n${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'two lengths': `PUT /b/k HTTP/1.1\r\n${head}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
    'missing host': `GET /b/k HTTP/1.1\r\n${SIGNED}Connection: close\r\n\r\n`,
    'old without host': `GET /b/k HTTP/1.0\r\n${SIGNED}\r\n`,
    'long header': `GET /b/k HTTP/1.1\r\n${head}X-Long: ${'a'.repeat(40_000)}\r\n\r\n`,
    'many headers': `GET /b/k HTTP/1.1\r\n${head}${'X-Many: 1\r\n'.repeat(300)}\r\n`,
    'long query': `GET /b/k?${'a'.repeat(17_000)} HTTP/1.1\r\n${head}\r\n`,
    'bytes in the target': `GET /b/\u00ff HTTP/1.1\r\n${head}\r\n`,
    'wrong chunk': `PUT /b/k HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    'unknown expectation': `PUT /b/k HTTP/1.1\r\n${head}Expect: nothing\r\n\r\n`,
    'unknown method': `BREW /b/k HTTP/1.1\r\n${head}\r\n`,
    'wrong credential': `GET /b/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a\r\nConnection: close\r\n\r\n`,
    'other scheme': `GET /b/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic YTpi\r\nConnection: close\r\n\r\n`,
  };
  for (const [name, request] of Object.entries(malformed)) {
    const status = statusOf(await exchangeBytes(port, Buffer.from(request, 'latin1')));
    assert.ok(status >= 400 && status < 500, `${name}: ${status}`);
  }
  assert.equal(statusOf(await exchangeBytes(port, get())), 200);
  assert.deepEqual(warnings, []);
});

test('an upgrade is ignored, and HTTP/1.0 is served', async (t) => {
  const { port } = await testEndpoint(t, { services: { s3: ok }, isAnyCredentials: true });
  const upgrade = `GET /b/k HTTP/1.1\r\nHost: localhost\r\n${SIGNED}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  const socket = connect(port, '127.0.0.1');
  socket.write(upgrade);
  const [chunk] = await once(socket, 'data');
  socket.destroy();
  assert.equal(statusOf(String(chunk)), 200);
  assert.equal(statusOf(await exchangeBytes(port, `GET /b/k HTTP/1.0\r\nHost: localhost\r\n${SIGNED}\r\n`)), 200);
});

test('a body is asked for with 100 Continue only after the signature was accepted', async (t) => {
  const { port } = await testEndpoint(t, { services: { s3: ok }, isAnyCredentials: true });
  const put = (more: string) =>
    `PUT /b/k HTTP/1.1\r\nHost: localhost\r\n${SIGNED}Expect: 100-continue\r\nContent-Length: 3\r\n${more}\r\n`;
  const socket = connect(port, '127.0.0.1');
  socket.write(put('Connection: close\r\n'));
  const [first] = await once(socket, 'data');
  assert.equal(String(first), 'HTTP/1.1 100 Continue\r\n\r\n');
  socket.end('abc');
  const [second] = await once(socket, 'data');
  assert.match(String(second), /^HTTP\/1\.1 200 OK[\s\S]+abc$/);
  const refused = await exchangeBytes(port, put('Origin: http://example.com\r\n'));
  assert.match(refused, /^HTTP\/1\.1 403 [\s\S]+Connection: close/);
  assert.doesNotMatch(refused, /100 Continue/);
});

test('a client that sends a refused body whole reads the answer', async (t) => {
  const { port } = await testEndpoint(t, { services: { s3: ok } });
  const size = 8 * 1024 * 1024;
  const head = `PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`;
  const answer = await exchangeBytes(port, Buffer.concat([Buffer.from(head), Buffer.alloc(size)]));
  assert.equal(statusOf(answer), 403);
});

test('a body that is too large for a service other than S3 is refused', async (t) => {
  const limits = { bodyBytes: 1000 };
  const { port } = await testEndpoint(t, { services: { sagemaker: ok }, isAnyCredentials: true, limits });
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${anySignature('sagemaker')}\r\nX-Amz-Date: 20260101T000000Z\r\nX-Amz-Target: SageMaker.A\r\nConnection: close\r\n`;
  const declared = await exchangeBytes(port, `${head}Content-Length: 1001\r\n\r\n${'a'.repeat(1001)}`);
  assert.equal(statusOf(declared), 413);
  const chunked = await exchangeBytes(
    port,
    `${head}Transfer-Encoding: chunked\r\n\r\n3e9\r\n${'a'.repeat(1001)}\r\n0\r\n\r\n`,
  );
  assert.equal(statusOf(chunked), 413);
  assert.equal(statusOf(await exchangeBytes(port, `${head}Content-Length: 1000\r\n\r\n${'a'.repeat(1000)}`)), 200);
});

test('pipelined requests are answered in their order, and too many at the same time end the connection', async (t) => {
  const hold = withResolvers<void>();
  const service = {
    answer: async ({ path }: { path: string }) => {
      await hold.promise;
      return { status: 200, body: path };
    },
  };
  const { port } = await testEndpoint(t, { services: { s3: service }, isAnyCredentials: true });
  const one = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${SIGNED}${more}\r\n`;
  const crowd = await exchangeBytes(port, Array.from({ length: 100 }, (_, index) => one(`/b/${index}`)).join(''));
  assert.equal(crowd, '');
  hold.resolve();
  const few = await exchangeBytes(port, `${one('/b/1')}${one('/b/2')}${one('/b/3', 'Connection: close\r\n')}`);
  assert.deepEqual([...few.matchAll(/\/b\/\d/g)].map(String), ['/b/1', '/b/2', '/b/3']);
});

test('a client that stops reading takes no more of a stream than fits into buffers, and is ended', async (t) => {
  let sent = 0;
  const ended = withResolvers<void>();
  const endless = () => {
    const stream = new Readable({
      read() {
        sent += 65_536;
        this.push(Buffer.alloc(65_536));
      },
    });
    return stream.once('close', () => ended.resolve());
  };
  const service = { answer: async () => ({ status: 200, body: endless() }) };
  const { port } = await testEndpoint(t, {
    services: { s3: service },
    isAnyCredentials: true,
    limits: { idleMs: 300 },
  });
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  socket.pause();
  socket.write(get());
  await ended.promise;
  socket.destroy();
  assert.ok(sent < 32 * 1024 * 1024, `${sent} bytes were read from the stream`);
});

test('a stream is freed if its client has gone before the answer, or if the answer cannot be sent', async (t) => {
  const [asked, gone] = [withResolvers<void>(), withResolvers<void>()];
  const streams: Readable[] = [];
  const service = {
    answer: async ({ path, signal }: { path: string; signal: AbortSignal }) => {
      signal.addEventListener('abort', () => gone.resolve());
      asked.resolve();
      if (path === '/b/k') await gone.promise;
      const body = new Readable({ read() {} });
      streams.push(body);
      return { status: 200, headers: path === '/b/k' ? {} : { 'x-amz-meta-a': 'a\nb' }, body };
    },
  };
  const { port } = await testEndpoint(t, { services: { s3: service }, isAnyCredentials: true });
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  socket.write(get());
  await asked.promise;
  socket.destroy();
  await gone.promise;
  assert.equal(await exchangeBytes(port, get().replace('/b/k', '/b/wrong')), '');
  assert.deepEqual(
    streams.map(({ destroyed }) => destroyed),
    [true, true],
  );
});

test('a client that stops sending is ended, and one that waits for a slow service is not', async (t) => {
  const slow = {
    answer: async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return { status: 200 };
    },
  };
  const { port } = await testEndpoint(t, {
    services: { s3: ok, sagemaker: slow },
    isAnyCredentials: true,
    limits: { idleMs: 200 },
  });
  const half = await exchangeBytes(
    port,
    `PUT /b/k HTTP/1.1\r\nHost: localhost\r\n${SIGNED}Content-Length: 9\r\n\r\nabc`,
  );
  assert.equal(half, '');
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${anySignature('sagemaker')}\r\nX-Amz-Date: 20260101T000000Z\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
  assert.equal(statusOf(await exchangeBytes(port, head)), 200);
});

test('a defect of a service is a 500 with the request id, and in the log', async (t) => {
  const broken = {
    answer: async () => {
      throw new TypeError('broken');
    },
  };
  const { port, warnings } = await testEndpoint(t, { services: { s3: broken }, isAnyCredentials: true });
  const answer = await exchangeBytes(port, get());
  const [, id = ''] = /<RequestId>([\w-]+)<\/RequestId>/.exec(answer) ?? [];
  assert.equal(statusOf(answer), 500);
  assert.match(warnings.join('\n'), new RegExp(`^Request ${id}: TypeError: broken`));
});

test('an endpoint that is closed lets open requests finish, and ends those that take longer', async (t) => {
  const began = withResolvers<void>();
  const hold = withResolvers<void>();
  const aborted = withResolvers<void>();
  const service = {
    answer: async ({ path, signal }: { path: string; signal: AbortSignal }) => {
      began.resolve();
      if (path === '/b/long') signal.addEventListener('abort', () => aborted.resolve());
      await (path === '/b/long' ? aborted.promise : hold.promise);
      return { status: 200, body: 'whole' };
    },
  };
  const first = await testEndpoint(t, { services: { s3: service }, isAnyCredentials: true });
  const answer = exchangeBytes(first.port, get());
  await began.promise;
  const closed = first.close(60_000);
  hold.resolve();
  assert.match(await answer, /whole$/);
  await closed;
  const second = await testEndpoint(t, { services: { s3: service }, isAnyCredentials: true });
  const long = exchangeBytes(second.port, get().replace('/b/k', '/b/long'));
  await once(process, 'nextTurn', { signal: AbortSignal.timeout(100) }).catch(() => undefined);
  await second.close(10);
  await aborted.promise;
  assert.equal(await long, '');
});

test('more connections than the limit are ended, and the others stay', async (t) => {
  const { port } = await testEndpoint(t, { services: { s3: ok }, isAnyCredentials: true, limits: { connections: 5 } });
  const sockets = Array.from({ length: 5 }, () => connect(port, '127.0.0.1'));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  // Begun requests: connections that wait for their next one would be ended for the new one.
  for (const socket of sockets) socket.write('GET /b/k HTTP/1.1\r\n');
  assert.equal(await exchangeBytes(port, ''), '');
  const [socket] = sockets;
  assert.ok(socket);
  socket.write(get().replace('GET /b/k HTTP/1.1\r\n', ''));
  const [chunk] = await once(socket, 'data');
  assert.equal(statusOf(String(chunk)), 200);
});

test('a body that drips is refused after a time, and its connection ends', { timeout: 20_000 }, async (t) => {
  const limits = { bodyMs: 300 };
  const { port } = await testEndpoint(t, { services: { sagemaker: ok }, isAnyCredentials: true, limits });
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${anySignature('sagemaker')}\r\nX-Amz-Date: 20260101T000000Z\r\nX-Amz-Target: SageMaker.ListTrainingJobs\r\nContent-Length: 100000\r\n\r\n`;
  socket.write(head);
  const drip = setInterval(() => socket.write('x'), 20);
  t.after(() => {
    clearInterval(drip);
    socket.destroy();
  });
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  await once(socket, 'close');
  assert.match(answer, /^HTTP\/1\.1 408 [\s\S]+"__type":"RequestTimeoutException"/);
});
