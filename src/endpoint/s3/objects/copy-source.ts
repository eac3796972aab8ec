import { createHash } from 'node:crypto';
import type { ChecksumAlgorithm, ObjectWriter, OpenObject } from '../../../buckets/buckets.ts';
import { makeDigest } from '../../../checksum/digest.ts';
import { MAX_KEY_BYTES } from '../address.ts';
import { checkCopySource } from '../conditions/conditions.ts';
import type { ByteRange } from '../conditions/range.ts';
import { accessDenied, invalidArgument, noSuchBucket, noSuchKey } from '../errors.ts';
import { checkVersionId, type S3Call } from '../s3-call.ts';

export interface CopySource {
  readonly bucketName: string;
  readonly key: string;
}

/** Reads `x-amz-copy-source`: `BUCKET/KEY`, URL-encoded, also with a leading slash and a version. @throws ServiceError */
export function readCopySource({ headers }: S3Call): CopySource {
  const text = headers['x-amz-copy-source'] ?? '';
  const [path = '', version] = text.split(/\?versionId=/);
  checkVersionId(version);
  const decoded = decode(path).replace(/^\//, '');
  const slash = decoded.indexOf('/');
  const key = decoded.slice(slash + 1);
  if (slash <= 0 || key === '' || Buffer.byteLength(key) > MAX_KEY_BYTES) throw invalidSource(text);
  return { bucketName: decoded.slice(0, slash), key };
}

/** Opens the source of a copy and checks the conditions on it. @throws ServiceError */
export async function openCopySource(call: S3Call, { bucketName, key }: CopySource): Promise<OpenObject> {
  const bucket = call.buckets.find(bucketName);
  if (bucket === undefined) throw noSuchBucket(bucketName);
  const owner = call.headers['x-amz-source-expected-bucket-owner'];
  if (owner !== undefined && owner !== call.settings.accountId) throw accessDenied();
  const object = await bucket.open(key);
  if (object === undefined) throw noSuchKey(key);
  try {
    checkCopySource(call.headers, object);
    return object;
  } catch (error) {
    await object.close();
    throw error;
  }
}

export interface CopiedContent {
  /** In hexadecimal. */
  readonly md5: string;
  readonly checksum: string | undefined;
}

/**
 * Copies a range of an object into a writer, and closes the object. The sums are those of the object if it has them for these
 * bytes; else the bytes are read for them.
 */
export async function copyContent(
  source: OpenObject,
  { start, end }: ByteRange,
  writer: ObjectWriter,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<CopiedContent> {
  const known = knownSums(source, { start, end }, algorithm);
  if (known !== undefined) {
    try {
      await writer.writeFrom(source, start, end);
    } finally {
      await source.close();
    }
    return known;
  }
  const md5 = createHash('md5');
  const checksum = algorithm && makeDigest(algorithm);
  if (start === end) await source.close();
  else {
    for await (const piece of source.read(start, end) as AsyncIterable<Uint8Array>) {
      md5.update(piece);
      checksum?.update(piece);
      await writer.write(piece);
    }
  }
  const sum = checksum && Buffer.from(await checksum.digest()).toString('base64');
  return { md5: md5.digest('hex'), checksum: sum };
}

function knownSums(
  { size, etag, checksum, parts }: OpenObject,
  { start, end }: ByteRange,
  algorithm: ChecksumAlgorithm | undefined,
): CopiedContent | undefined {
  if (start !== 0 || end !== size || parts !== undefined || etag.includes('-')) return undefined;
  if (algorithm === undefined) return { md5: etag, checksum: undefined };
  if (checksum?.algorithm !== algorithm || checksum.type !== 'FULL_OBJECT') return undefined;
  return { md5: etag, checksum: checksum.value };
}

// S3 reads a plus sign as a space here, other than in a path: clients that copy keys with one encode it.
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidSource(text);
  }
}

function invalidSource(text: string): Error {
  const message = 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey';
  return invalidArgument('x-amz-copy-source', text, message);
}
