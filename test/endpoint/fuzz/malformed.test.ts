// Random malformed requests to all services: no crash, no status of 5xx, no defect in the log.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { startLocalEndpoint } from '../../../src/endpoint/local-endpoint.ts';
import { temporaryFolder } from '../../support/job.ts';
import { SEED_NOTE, seeded } from '../../support/json-values.ts';
import { malformedRequests, PREPARATIONS } from './requests.ts';

// A request that waits for more gets no answer.
const SILENCE_MS = 200;

test(`malformed requests never end the endpoint and are never a 5xx (${SEED_NOTE})`, async (t) => {
  const folder = temporaryFolder(t);
  const warnings: string[] = [];
  const endpoint = await startLocalEndpoint({
    dataDir: join(folder, 'buckets'),
    variables: { PATH: process.env['PATH'], OPTML_HOME: folder },
    isAnyCredentials: true,
    jobs: { engine: 'process' },
    log: { warn: (message) => warnings.push(message) },
  });
  t.after(() => endpoint.close());
  const port = Number(new URL(endpoint.url).port);
  // Operations get further with a bucket and an object.
  for (const request of PREPARATIONS) assert.match(await exchange(port, request, 10_000), /^HTTP\/1\.1 200/);
  const statuses = new Set<string>();
  await fc.assert(
    fc.asyncProperty(malformedRequests, async (bytes) => {
      const answer = await exchange(port, bytes, SILENCE_MS);
      assert.doesNotMatch(withoutNotImplemented(answer), /^HTTP\/1\.1 5/m);
      assert.deepEqual(warnings, []);
      statuses.add(answer.slice(9, 12));
    }),
    seeded(250),
  );
  for (const status of ['200', '400', '403', '404'])
    assert.ok(statuses.has(status), `a request was answered with ${status}`);
  const unsigned = Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  assert.match(await exchange(port, unsigned, 10_000), /^HTTP\/1\.1 403 /);
});

/** S3's own status for what it does not have, which clients do not try again, is 501. */
function withoutNotImplemented(answer: string): string {
  return answer.includes('<Code>NotImplemented</Code>') ? answer.replaceAll(/^HTTP\/1\.1 501 /gm, '') : answer;
}

/** Sends bytes, and resolves with what came back until the server ended the connection or was silent for a time. */
async function exchange(port: number, bytes: Buffer, silenceMs: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.setTimeout(silenceMs, () => socket.destroy());
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}
