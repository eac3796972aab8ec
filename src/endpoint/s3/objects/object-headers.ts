import type { ObjectAttributes } from '../../../buckets/buckets.ts';
import { ServiceError } from '../../http/service-error.ts';
import { invalidArgument, invalidRequest, notImplemented } from '../errors.ts';
import { checkedHeaderValue, checkHeaderName, decodeHeaderText } from './header-text.ts';
import { readTagHeader } from './tags.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** What a request says of the object that it makes. */
export type WantedAttributes = Pick<ObjectAttributes, 'headers' | 'userMetadata' | 'tags'>;

const KEPT = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-website-redirect-location',
  'x-amz-storage-class',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
] as const;

/** Headers that describe how an object is kept; a copy does not take them from its source. */
export const PLACEMENT: ReadonlySet<string> = new Set(KEPT.filter((name) => name.startsWith('x-amz-')));

const USER_PREFIX = 'x-amz-meta-';
// Names and values together, in UTF-8: "User-defined object metadata" of the Amazon S3 user guide.
const MAX_USER_BYTES = 2048;
const STORAGE_CLASSES: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
]);
// Their objects cannot be read until they are restored.
const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);
// Access control lists are disabled, as in every new bucket; these lists say nothing that differs.
const CANNED_ACLS: ReadonlySet<string> = new Set(['private', 'bucket-owner-full-control']);

/** @throws ServiceError for each header that this endpoint cannot follow */
export function wantedAttributes(headers: Headers): WantedAttributes {
  refuseUnsupported(headers);
  return {
    headers: keptHeaders(headers),
    userMetadata: userMetadata(headers),
    tags: readTagHeader(headers['x-amz-tagging']),
  };
}

/** System metadata of a request. @throws ServiceError InvalidArgument for a value that no answer could have as a header */
export function keptHeaders(headers: Headers): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = headers[name];
    // A presigned URL and a form can have values that no header can have.
    if (value !== undefined && value !== '') kept[name] = checkedHeaderValue(name, value);
  }
  const encoding = kept['content-encoding'];
  if (encoding !== undefined) {
    const codings = encoding.split(',').filter((coding) => coding.trim().toLowerCase() !== 'aws-chunked');
    if (codings.length === 0) delete kept['content-encoding'];
    else kept['content-encoding'] = codings.join(',').trim();
  }
  kept['content-type'] ??= 'binary/octet-stream';
  return kept;
}

/** @throws ServiceError MetadataTooLarge; InvalidArgument for a name that no header can have */
export function userMetadata(headers: Headers): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value = ''] of Object.entries(headers)) {
    if (!name.startsWith(USER_PREFIX)) continue;
    checkHeaderName(name);
    const text = decodeHeaderText(value);
    found[name.slice(USER_PREFIX.length)] = text;
    bytes += Buffer.byteLength(name.slice(USER_PREFIX.length)) + Buffer.byteLength(text);
  }
  if (bytes <= MAX_USER_BYTES) return found;
  const message = 'Your metadata headers exceed the maximum allowed metadata size';
  throw new ServiceError('MetadataTooLarge', 400, message, {
    Size: String(bytes),
    MaxSizeAllowed: String(MAX_USER_BYTES),
  });
}

/** @throws ServiceError */
export function refuseUnsupported(headers: Headers): void {
  for (const name of Object.keys(headers)) {
    if (name.includes('server-side-encryption-customer-')) throw notImplemented(`The header ${name} (SSE-C)`);
    if (name.startsWith('x-amz-object-lock-')) throw invalidRequest('Bucket is missing Object Lock Configuration');
    if (name.startsWith('x-amz-grant-')) throw aclsDisabled();
  }
  if (headers['x-amz-write-offset-bytes'] !== undefined) throw notImplemented('The header x-amz-write-offset-bytes');
  const acl = headers['x-amz-acl'];
  if (acl !== undefined && !CANNED_ACLS.has(acl)) throw aclsDisabled();
  checkStorageClass(headers['x-amz-storage-class']);
  checkEncryption(headers['x-amz-server-side-encryption']);
}

function aclsDisabled(): ServiceError {
  return new ServiceError('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');
}

function checkStorageClass(name: string | undefined): void {
  if (name === undefined || STORAGE_CLASSES.has(name)) return;
  if (ARCHIVES.has(name)) throw notImplemented(`The storage class ${name}`);
  throw new ServiceError('InvalidStorageClass', 400, 'The storage class you specified is not valid', {
    StorageClassRequested: name,
  });
}

function checkEncryption(name: string | undefined): void {
  if (name === undefined || name === 'AES256' || name === 'aws:kms' || name === 'aws:kms:dsse') return;
  const message = 'The encryption method specified is not supported';
  throw invalidArgument('x-amz-server-side-encryption', name, message);
}
