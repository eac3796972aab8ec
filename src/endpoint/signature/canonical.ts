import { getCanonicalHeaders, SignatureV4Base } from '@smithy/signature-v4';
import type { HttpRequest } from '@smithy/types';
import type { RequestHead } from '../http/request-head.ts';
import { Sha256 } from './sha256.ts';

/** Makes the strings that a signature of version 4 covers, with the code of the AWS SDK, which signs with them. */
class Canonical extends SignatureV4Base {
  constructor(isPathEscapedTwice: boolean) {
    const credentials = { accessKeyId: '', secretAccessKey: '' };
    super({ service: '', region: '', credentials, sha256: Sha256, uriEscapePath: isPathEscapedTwice });
  }

  stringToSign(
    request: HttpRequest,
    signedHeaders: ReadonlySet<string>,
    payloadHash: string,
    when: When,
  ): Promise<string> {
    const headers = getCanonicalHeaders(request, undefined, new Set(signedHeaders));
    const canonical = this.createCanonicalRequest(request, headers, payloadHash);
    return this.createStringToSign(when.time, when.scope, canonical, 'AWS4-HMAC-SHA256');
  }
}

interface When {
  readonly time: string;
  readonly scope: string;
}

/** What a string to sign is made of. */
export interface Signed extends When {
  readonly head: RequestHead;
  readonly isS3: boolean;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
}

/** Returns a function that makes the strings which the signature of a request may cover: one for each way to write its path. */
export function canonicalizer(): (signed: Signed) => AsyncGenerator<string> {
  const ofS3 = new Canonical(false);
  const ofOthers = new Canonical(true);
  return async function* stringsToSign({ head, isS3, signedHeaders, payloadHash, time, scope }) {
    const names = new Set(signedHeaders);
    const headers = signedValues(head, names);
    for (const path of isS3 ? s3Paths(head.path) : [head.path]) {
      const request = { method: head.method, path, headers, query: queryOf(head) };
      yield (isS3 ? ofS3 : ofOthers).stringToSign(request as HttpRequest, names, payloadHash, { time, scope });
    }
  };
}

/** As it was sent, and as the AWS SDKs encode it: HTTP libraries encode a presigned URL again, in their own way. */
function s3Paths(path: string): readonly string[] {
  const encoded = reencoded(path);
  return encoded === undefined || encoded === path ? [path] : [path, encoded];
}

function reencoded(path: string): string | undefined {
  try {
    const code = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
    return encodeURIComponent(decodeURIComponent(path))
      .replaceAll('%2F', '/')
      .replaceAll(/[!'()*]/g, code);
  } catch {
    // No UTF-8: only the path as it was sent can be signed.
    return undefined;
  }
}

/** The values of the signed headers; several of one name are joined as a signature joins them. */
function signedValues({ rawHeaders }: RequestHead, names: ReadonlySet<string>): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (!names.has(name)) continue;
    const value = utf8Of((rawHeaders[index + 1] ?? '').trim());
    const earlier = values[name];
    values[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return values;
}

/** Node reads headers as Latin-1. Clients that send others sign the text that they sent as UTF-8. */
function utf8Of(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value)) return value;
  const text = Buffer.from(value, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? value : text;
}

function queryOf({ query }: RequestHead): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = Object.create(null);
  for (const name of new Set(query.keys())) {
    const all = query.getAll(name);
    values[name] = all.length === 1 ? (all[0] ?? '') : all;
  }
  return values;
}
