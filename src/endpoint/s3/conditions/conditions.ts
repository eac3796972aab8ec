import type { Check, ListedObject } from '../../../buckets/buckets.ts';
import { noSuchKey, notImplemented, preconditionFailed } from '../errors.ts';

type Headers = Readonly<Record<string, string | undefined>>;
type Version = Pick<ListedObject, 'etag' | 'modifiedAt'>;

/**
 * Whether a client has this object already, as its conditions say (answer 304). If-Match decides over If-Unmodified-Since,
 * If-None-Match over If-Modified-Since: "Conditional requests" of GetObject in the Amazon S3 API reference.
 * @throws ServiceError PreconditionFailed
 */
export function isKnownToClient(headers: Headers, object: Version): boolean {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw preconditionFailed('If-Match');
  } else if (isModifiedSince(object, headers['if-unmodified-since']) === true) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, object.etag);
  return isModifiedSince(object, headers['if-modified-since']) === false;
}

/** The conditions on the source of a copy. @throws ServiceError PreconditionFailed */
export function checkCopySource(headers: Headers, object: Version): void {
  const prefix = 'x-amz-copy-source-';
  const ifMatch = headers[`${prefix}if-match`];
  const ifNoneMatch = headers[`${prefix}if-none-match`];
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw preconditionFailed(`${prefix}If-Match`);
  } else if (isModifiedSince(object, headers[`${prefix}if-unmodified-since`]) === true) {
    throw preconditionFailed(`${prefix}If-Unmodified-Since`);
  }
  const isUnmodified = isModifiedSince(object, headers[`${prefix}if-modified-since`]) === false;
  if (ifNoneMatch !== undefined ? matches(ifNoneMatch, object.etag) : isUnmodified) {
    throw preconditionFailed(`${prefix}${ifNoneMatch !== undefined ? 'If-None-Match' : 'If-Modified-Since'}`);
  }
}

/**
 * The conditions of a write or a delete. Undefined: it has none. "Add preconditions to S3 operations with conditional
 * requests" of the Amazon S3 user guide.
 * @throws ServiceError NotImplemented for If-None-Match with an ETag
 */
export function writeCheck(headers: Headers, key: string): Check | undefined {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw notImplemented('If-None-Match of a write with another value than *');
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined;
  return (current) => {
    if (ifNoneMatch !== undefined && current !== undefined) throw preconditionFailed('If-None-Match');
    if (ifMatch === undefined) return;
    if (current === undefined) throw noSuchKey(key);
    if (!matches(ifMatch, current.etag)) throw preconditionFailed('If-Match');
  };
}

/** Whether a list of entity tags, or `*`, contains this one. S3 also takes tags without quotes. */
export function matches(list: string, etag: string): boolean {
  if (list.trim() === '*') return true;
  return list.split(',').some(
    (tag) =>
      tag
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1') === etag,
  );
}

// Undefined: there is no condition, or none that is a date. HTTP counts whole seconds.
function isModifiedSince({ modifiedAt }: Version, text: string | undefined): boolean | undefined {
  const since = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(since) ? undefined : Math.floor(modifiedAt.getTime() / 1000) > Math.floor(since / 1000);
}
