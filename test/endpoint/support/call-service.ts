import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Service, ServiceAnswer } from '../../../src/endpoint/http/service.ts';

/** The account and region of callers in tests. */
export const CALLER = { accessKeyId: 'OPTMLEXAMPLEKEY00000', accountId: '000000000000', region: 'eu-west-1' } as const;

/** Calls a service as the server does once it has verified a request. */
export function callService(
  service: Service,
  { headers = {}, body = '' }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Buffer },
): Promise<ServiceAnswer> {
  const bytes = Buffer.from(body);
  return service.answer({
    id: 'request-1',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers,
    caller: { ...CALLER, payload: { kind: 'hash', sha256: createHash('sha256').update(bytes).digest('hex') } },
    body: Readable.from([bytes]),
    signal: new AbortController().signal,
  });
}

/** An answer of AWS JSON: its status and its members. */
export async function callJson(
  service: Service,
  target: string,
  input: object,
): Promise<{ readonly status: number; readonly output: Record<string, unknown> }> {
  const { status, body } = await callService(service, {
    headers: { 'x-amz-target': target },
    body: JSON.stringify(input),
  });
  return { status, output: JSON.parse(String(body)) as Record<string, unknown> };
}

/** An answer of the query protocol: its status and its XML. */
export async function callQuery(
  service: Service,
  parameters: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly xml: string }> {
  const { status, body } = await callService(service, {
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams(parameters).toString(),
  });
  return { status, xml: String(body) };
}
