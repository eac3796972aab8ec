import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { endpointAt, loopbackEndpoints } from '../../../../src/engines/endpoints/loopback-endpoints.ts';
import { startTcpRelay } from '../../../../src/engines/endpoints/tcp-relay.ts';

test('only endpoints of services on the loopback are moved', () => {
  const found = loopbackEndpoints({
    AWS_ENDPOINT_URL: 'http://localhost:4566',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000/',
    S3_ENDPOINT_URL: 'https://[::1]/prefix?a=b',
    AWS_ENDPOINT_URL_STS: 'http://10.1.2.3:80',
    OTHER_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_SQS: 'no url',
  });
  assert.deepEqual(
    found.map(({ variable, port, address }) => [variable, port, address]),
    [
      ['AWS_ENDPOINT_URL', 4566, 'localhost'],
      ['AWS_ENDPOINT_URL_S3', 9000, '127.0.0.1'],
      ['S3_ENDPOINT_URL', 443, '::1'],
    ],
  );
  assert.deepEqual(
    found.map((endpoint) => endpointAt(endpoint, '172.30.1.1')),
    ['http://172.30.1.1:4566', 'http://172.30.1.1:9000', 'https://172.30.1.1/prefix?a=b'],
  );
});

test('a relay passes bytes both ways, half-closed connections too, and says where it cannot listen', async (t) => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => socket.end(`got ${text}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const relay = await startTcpRelay({ address: '127.0.0.2', port }, { address: '127.0.0.1', port });
  assert.ok(typeof relay !== 'string');
  assert.equal(await startTcpRelay({ address: '127.0.0.2', port }, { address: '127.0.0.1', port }), 'EADDRINUSE');
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect({ host: '127.0.0.2', port, allowHalfOpen: true });
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
    socket.end('a question');
  });
  assert.equal(answer, 'got a question');
  await relay.close();
  assert.equal(await startTcpRelay({ address: '192.0.2.77', port }, { address: '127.0.0.1', port }), 'EADDRNOTAVAIL');
});
