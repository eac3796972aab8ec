import type { StoredObject } from '../../../buckets/buckets.ts';
import type { ServiceAnswer } from '../../http/service.ts';
import { ServiceError } from '../../http/service-error.ts';
import { checksumHeader, checksumHeaders } from '../body/checksum-headers.ts';
import { isKnownToClient, matches } from '../conditions/conditions.ts';
import { type ByteRange, contentRange, readRange } from '../conditions/range.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { checkVersionId, type S3Call } from '../s3-call.ts';
import { checkedHeaderValue, encodeHeaderText } from './header-text.ts';

/** The answer to GET or HEAD without its body, and the bytes of the body; undefined range: there is no body. */
export interface ObjectAnswer extends ServiceAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly range: ByteRange | undefined;
}

const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const;

/** @throws ServiceError if a condition, the range or the part cannot be met */
export function answerObject(call: S3Call, object: StoredObject): ObjectAnswer {
  const { headers, query } = call;
  checkVersionId(query.get('versionId'));
  const overrides = responseOverrides(query);
  if (isKnownToClient(headers, object)) return { status: 304, headers: versionHeaders(object), range: undefined };
  const part = readPart(call, object);
  const range = part?.range ?? readRange(rangeHeader(headers, object), object.size);
  const isPart = part !== undefined && object.size > 0;
  const isRange = range !== undefined && (part === undefined || isPart);
  const span = range ?? { start: 0, end: object.size };
  return {
    status: isRange ? 206 : 200,
    headers: {
      ...versionHeaders(object),
      ...describingHeaders(object),
      ...overrides,
      'accept-ranges': 'bytes',
      'content-length': String(span.end - span.start),
      ...(isRange ? { 'content-range': contentRange(span, object.size) } : {}),
      ...(part?.headers ?? {}),
      ...(headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' ? sumHeaders(object, part, isRange) : {}),
    },
    range: span,
  };
}

/** The headers by which an answer repeats the encryption that a request asked for. */
export function encryptionHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('x-amz-server-side-encryption')),
  );
}

function versionHeaders({ etag, modifiedAt }: StoredObject): Readonly<Record<string, string>> {
  return { etag: `"${etag}"`, 'last-modified': modifiedAt.toUTCString() };
}

function describingHeaders({ headers, userMetadata, tags }: StoredObject): Readonly<Record<string, string>> {
  const { 'x-amz-storage-class': storageClass = 'STANDARD', ...others } = headers;
  return {
    ...others,
    ...(storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': storageClass }),
    ...Object.fromEntries(
      Object.entries(userMetadata).map(([name, text]) => [`x-amz-meta-${name}`, encodeHeaderText(text)]),
    ),
    ...(tags.length > 0 ? { 'x-amz-tagging-count': String(tags.length) } : {}),
  };
}

function responseOverrides(query: URLSearchParams): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of OVERRIDES) {
    const value = query.get(`response-${name}`);
    if (value !== null) found[name] = checkedHeaderValue(`response-${name}`, value);
  }
  return found;
}

// RFC 9110, 13.1.5: with another version than the client's, the whole object. A date decides as an ETag does.
function rangeHeader(headers: S3Call['headers'], object: StoredObject): string | undefined {
  const ifRange = headers['if-range'];
  if (ifRange === undefined) return headers['range'];
  const isSame = matches(ifRange, object.etag) || ifRange === object.modifiedAt.toUTCString();
  return isSame ? headers['range'] : undefined;
}

interface Part {
  readonly range: ByteRange;
  readonly checksum: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

function readPart({ query, headers }: S3Call, { size, parts, checksum }: StoredObject): Part | undefined {
  const text = query.get('partNumber');
  if (text === null) return undefined;
  if (headers['range'] !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  }
  const number = readPartNumber(text);
  const sizes = parts ?? [{ size, checksum: checksum?.value }];
  const part = sizes[number - 1];
  if (part === undefined) {
    throw new ServiceError('InvalidPartNumber', 416, 'The requested partnumber is not satisfiable', {
      ActualPartCount: String(sizes.length),
      PartNumberRequested: text,
    });
  }
  const start = sizes.slice(0, number - 1).reduce((sum, before) => sum + before.size, 0);
  return {
    range: { start, end: start + part.size },
    checksum: part.checksum,
    headers: parts === undefined ? {} : { 'x-amz-mp-parts-count': String(parts.length) },
  };
}

/** @throws ServiceError InvalidArgument */
export function readPartNumber(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 10_000) return number;
  throw invalidArgument('partNumber', text, 'Part number must be an integer between 1 and 10000, inclusive');
}

// The sum of the whole says nothing of a range.
function sumHeaders(object: StoredObject, part: Part | undefined, isRange: boolean): Readonly<Record<string, string>> {
  const { checksum, parts } = object;
  if (checksum === undefined) return {};
  if (part === undefined || parts === undefined) return isRange && part === undefined ? {} : checksumHeaders(checksum);
  if (part.checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: part.checksum, 'x-amz-checksum-type': checksum.type };
}
