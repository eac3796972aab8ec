import { Refusal } from '../http/refusal.ts';
import type { RequestHead } from '../http/request-head.ts';

/** For whom, when and where a signature of version 4 was made. */
export interface Scope {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** A signature of version 4 as a request has it. */
export interface Version4 {
  readonly kind: 'header' | 'url';
  readonly scope: Scope;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly time: string;
  /** Names in lower case. */
  readonly signedHeaders: readonly string[];
  /** Hexadecimal. */
  readonly signature: string;
  /** Of a presigned URL. */
  readonly expiresSeconds: number | undefined;
  readonly sessionToken: string | undefined;
}

/** A presigned URL of version 2. */
export interface Version2 {
  readonly kind: 'version-2';
  readonly accessKeyId: string;
  /** Base64. */
  readonly signature: string;
  /** Seconds since 1970. */
  readonly expires: number;
  readonly sessionToken: string | undefined;
}

export type GivenSignature = Version4 | Version2;

const ALGORITHM = 'AWS4-HMAC-SHA256';
const CREDENTIAL = /^([!-+\-.0-~]{1,128})\/(\d{8})\/([A-Za-z0-9-]{1,64})\/([a-z0-9-]{1,64})\/aws4_request$/;
const KEY_ID = /^[!-+\-.0-~]{1,128}$/;
const TIME = /^\d{8}T\d{6}Z$/;
const HEADER_NAMES = /^[!#$%&'*+.^_`|~0-9a-z-]+(?:;[!#$%&'*+.^_`|~0-9a-z-]+)*$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

/** The signature of a request, which is not verified; undefined if it has none. @throws Refusal for a malformed one. */
export function givenSignature({ query, headers }: RequestHead): GivenSignature | undefined {
  const { authorization } = headers;
  const isVersion4 = query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature');
  const isVersion2 = query.has('AWSAccessKeyId') && query.has('Signature');
  if ([isVersion4, isVersion2, authorization !== undefined].filter(Boolean).length > 1)
    throw new Refusal('two-signatures');
  if (isVersion4) return fromQuery(query);
  if (isVersion2) return version2(query);
  return authorization === undefined ? undefined : fromHeader(authorization, headers);
}

/** The parts of `KEY/DATE/REGION/SERVICE/aws4_request`; undefined for anything else. */
export function parseScope(credential: string): Scope | undefined {
  const [, accessKeyId, date, region, service] = CREDENTIAL.exec(credential) ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined || service === undefined)
    return undefined;
  return { accessKeyId, date, region, service };
}

function fromHeader(authorization: string, headers: RequestHead['headers']): Version4 {
  const [algorithm, ...rest] = authorization.trim().split(/\s+/);
  if (algorithm !== ALGORITHM) throw malformed(`Only ${ALGORITHM} is supported in the Authorization header.`);
  const fields = fieldsOf(rest.join(''));
  const time = single(headers['x-amz-date']) ?? timeOfDate(headers.date);
  return version4('header', {
    credential: fields.get('Credential'),
    signedHeaders: fields.get('SignedHeaders'),
    signature: fields.get('Signature'),
    time,
    expires: undefined,
    sessionToken: single(headers['x-amz-security-token']),
  });
}

/** `Credential=…,SignedHeaders=…,Signature=…` in any order. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((field) => {
      const equals = field.indexOf('=');
      return [field.slice(0, Math.max(equals, 0)), field.slice(equals + 1)];
    }),
  );
}

function fromQuery(query: URLSearchParams): Version4 {
  const value = (name: string) => query.get(`X-Amz-${name}`) ?? undefined;
  if (value('Algorithm') !== ALGORITHM) throw malformed(`X-Amz-Algorithm must be ${ALGORITHM}.`);
  const expires = value('Expires');
  if (expires === undefined || !/^\d{1,6}$/.test(expires) || Number(expires) > 604_800) {
    throw malformed('X-Amz-Expires must be a number of seconds, at most 604800.');
  }
  return version4('url', {
    credential: value('Credential'),
    signedHeaders: value('SignedHeaders'),
    signature: value('Signature'),
    time: value('Date'),
    expires: Number(expires),
    sessionToken: value('Security-Token'),
  });
}

interface Parts {
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly time: string | undefined;
  readonly expires: number | undefined;
  readonly sessionToken: string | undefined;
}

function version4(kind: Version4['kind'], parts: Parts): Version4 {
  const { credential, signedHeaders, signature, time, expires, sessionToken } = parts;
  const scope = parseScope(credential ?? '');
  if (scope === undefined)
    throw malformed('The credential must have the form KEY/YYYYMMDD/REGION/SERVICE/aws4_request.');
  if (signedHeaders === undefined || !HEADER_NAMES.test(signedHeaders))
    throw malformed('SignedHeaders is missing or malformed.');
  if (signature === undefined || !SIGNATURE.test(signature)) throw malformed('The signature is missing or malformed.');
  if (time === undefined || !TIME.test(time)) throw malformed('The date of the signature is missing or malformed.');
  if (!time.startsWith(scope.date)) throw malformed('The date of the credential differs from the date of the request.');
  return {
    kind,
    scope,
    time,
    signedHeaders: signedHeaders.split(';'),
    signature,
    expiresSeconds: expires,
    sessionToken,
  };
}

function version2(query: URLSearchParams): Version2 {
  const accessKeyId = query.get('AWSAccessKeyId') ?? '';
  const signature = query.get('Signature') ?? '';
  const expires = query.get('Expires') ?? '';
  if (!KEY_ID.test(accessKeyId) || !/^[A-Za-z0-9+/ ]{27}=$/.test(signature) || !/^\d{1,11}$/.test(expires)) {
    throw malformed('AWSAccessKeyId, Signature and Expires of the URL are malformed.');
  }
  // A plus sign that was not encoded arrives as a space.
  const restored = signature.replaceAll(' ', '+');
  const sessionToken = query.get('x-amz-security-token') ?? undefined;
  return { kind: 'version-2', accessKeyId, signature: restored, expires: Number(expires), sessionToken };
}

/** The form of `X-Amz-Date` for a `Date` header, which clients send in its place. */
function timeOfDate(date: string | undefined): string | undefined {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function malformed(message: string): Refusal {
  return new Refusal('malformed-signature', message);
}
