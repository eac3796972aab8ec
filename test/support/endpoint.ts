import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { knownKeys } from '../../src/endpoint/credentials/known-keys.ts';
import { type Endpoint, type EndpointSettings, startEndpoint } from '../../src/endpoint/endpoint.ts';
import type { Service, ServiceAnswer, ServiceRequest } from '../../src/endpoint/http/service.ts';

/** Keys of an endpoint in a test. */
export const OWN_KEYS = {
  accessKeyId: 'OPTMLAAAAAAAAAAAAAAA',
  secretAccessKey: 'secret/of+40/characters/aaaaaaaaaaaaaaaa',
};

/** A signature without meaning for the service of this name, which passes with any credentials. */
export function anySignature(service: string): string {
  const signature = '0'.repeat(64);
  return `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=${signature}`;
}

/** An endpoint that ends with the test, with keys of its own. What it reports is in `warnings`. */
export async function testEndpoint(
  t: TestContext,
  settings: Partial<EndpointSettings>,
): Promise<Endpoint & { readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const log = { warn: (message: string) => warnings.push(message) };
  const endpoint = await startEndpoint({ services: {}, keys: knownKeys(OWN_KEYS), log, ...settings });
  t.after(() => endpoint.close(0));
  return { ...endpoint, warnings };
}

/** A service that reads the body and calls `answer` with the request and its content. */
export function serviceOf(answer: (request: ServiceRequest, content: string) => ServiceAnswer): Service {
  return { answer: async (request) => answer(request, await text(request.body)) };
}

/** Sends bytes to a port, and resolves with all that comes back until the connection ends. */
export async function exchangeBytes(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  // A server that refuses may end the connection before it has read all.
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}
