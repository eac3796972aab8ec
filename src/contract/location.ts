import { fileURLToPath } from 'node:url';

/** A place in S3: an object, or with an empty key or one that ends in a slash all objects whose keys start so. */
export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

/** Where something is: on this machine, in S3, at a URI of another scheme, or nowhere because the URI is invalid. */
export type Location =
  | { readonly path: string }
  | { readonly s3: S3Location }
  | { readonly scheme: string }
  | { readonly scheme: 'file' | 's3'; readonly problem: string };

// What buckets have been allowed to be called over the years, and what access points are: no slash, no space.
const BUCKET = /^(?:[a-z0-9][a-z0-9._-]{1,254}|arn:[^\s/]+(?:\/[^\s/]+)?)$/i;

/** Reads a location as jobs give it: a plain path as it is, a `file://` URI as its path, `s3://BUCKET/KEY`, or any other. */
export function parseLocation(location: string): Location {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1]?.toLowerCase();
  if (scheme === undefined) return { path: location };
  if (scheme === 's3') return parseS3(location.slice('s3://'.length));
  if (scheme !== 'file') return { scheme };
  try {
    return { path: fileURLToPath(location) };
  } catch (error) {
    return { scheme: 'file', problem: (error as Error).message };
  }
}

/** The URI of a place in S3. A key is part of it as it is: nothing is encoded. */
export function s3Uri({ bucket, key }: S3Location): string {
  return `s3://${bucket}/${key}`;
}

/** Whether a place in S3 stands for all objects whose keys start so. */
export function isPrefix({ key }: S3Location): boolean {
  return key === '' || key.endsWith('/');
}

/** The place `path` below another one, which need not end in a slash. */
export function locationBelow(location: S3Location, path: string): S3Location {
  return { bucket: location.bucket, key: `${location.key}${isPrefix(location) ? '' : '/'}${path}` };
}

function parseS3(rest: string): Location {
  const [, bucket = '', key = ''] = /^(arn:[^/]+\/[^/]+|[^/]*)\/?(.*)$/s.exec(rest) ?? [];
  if (!BUCKET.test(bucket))
    return { scheme: 's3', problem: `expected s3://BUCKET/KEY, and "${bucket}" names no bucket` };
  return { s3: { bucket, key } };
}
