import { createHmac } from 'node:crypto';
import type { RequestHead } from '../http/request-head.ts';
import type { Version2 } from './given-signature.ts';

/** The parameters that a signature of version 2 covers, from the developer guide's "Signing and authenticating REST requests". */
const SIGNED_PARAMETERS: ReadonlySet<string> = new Set([
  'accelerate',
  'acl',
  'analytics',
  'cors',
  'defaultObjectAcl',
  'delete',
  'inventory',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'partNumber',
  'policy',
  'replication',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'select',
  'select-type',
  'storageClass',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
]);

/** The signature of version 2 (base64) that a presigned URL must have. `bucket` is that of the host name, if it has one. */
export function version2Signature(
  head: RequestHead,
  given: Version2,
  bucket: string | undefined,
  secret: string,
): string {
  const text = [
    head.method,
    signedValue(head, 'content-md5'),
    signedValue(head, 'content-type'),
    String(given.expires),
    ...amazonHeaders(head),
    `${bucket === undefined ? '' : `/${bucket}`}${head.path}${signedParameters(head.query)}`,
  ].join('\n');
  return createHmac('sha1', secret).update(text).digest('base64');
}

function signedValue({ headers, query }: RequestHead, name: 'content-md5' | 'content-type'): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? query.get(name) ?? '';
}

/** `x-amz-…:value`, sorted. Clients put headers that they signed into the URL. */
function amazonHeaders({ headers, query }: RequestHead): readonly string[] {
  const values = new Map<string, string>();
  // In any case, and all of one name: a header that the signature did not cover could be added by others.
  for (const [given, value] of query) {
    const name = given.toLowerCase();
    if (!name.startsWith('x-amz-')) continue;
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('x-amz-') && value !== undefined) values.set(name, String(value).trim());
  }
  return [...values].sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, value]) => `${name}:${value}`);
}

function signedParameters(query: URLSearchParams): string {
  const signed = [...query].filter(([name]) => SIGNED_PARAMETERS.has(name));
  if (signed.length === 0) return '';
  const parts = signed
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return `?${parts.join('&')}`;
}
