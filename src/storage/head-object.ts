import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { S3Location } from '../contract/location.ts';
import { type Checksum, checksumOf } from './checksum/stored-checksum.ts';
import { getObject, headObject } from './operations.ts';
import { statusOf } from './s3-errors.ts';
import type { S3Session } from './s3-session.ts';

/** What S3 knows about an object before it is read. */
export interface ObjectFacts {
  readonly bytes: number;
  /** With its quotes, as requests repeat it. */
  readonly etag: string | undefined;
  readonly checksum: Checksum | undefined;
}

/** @throws OptmlError S3_NOT_FOUND, S3_REFUSED, S3_FAILED. */
export async function lookAtObject(
  session: S3Session,
  location: S3Location,
  signal: AbortSignal,
): Promise<ObjectFacts> {
  return await session.attempt(headObject(location), signal, async () => {
    try {
      return await head(session, location, signal);
    } catch (error) {
      const status = statusOf(error) ?? 0;
      if (status < 300 || status >= 500 || status === 429 || status === 408) throw error;
      await askWhy(session, location, signal);
      // What stood in the way, the region or the clock, is known and out of it now.
      return await head(session, location, signal);
    }
  });
}

async function head(session: S3Session, location: S3Location, signal: AbortSignal): Promise<ObjectFacts> {
  const answer = await session.send(headObject(location), signal, (client, options) =>
    client.send(
      new HeadObjectCommand({ Bucket: location.bucket, Key: location.key, ChecksumMode: 'ENABLED' }),
      options,
    ),
  );
  return { bytes: answer.ContentLength ?? 0, etag: answer.ETag, checksum: checksumOf(answer) };
}

// The answer to HEAD has no body, so it cannot say what is wrong. That to GET can.
async function askWhy(session: S3Session, location: S3Location, signal: AbortSignal): Promise<void> {
  const answer = await session.send(getObject(location), signal, (client, options) =>
    client.send(new GetObjectCommand({ Bucket: location.bucket, Key: location.key, Range: 'bytes=0-0' }), options),
  );
  (answer.Body as { destroy?: () => void } | undefined)?.destroy?.();
}

/** Sizes of an object's parts as it was uploaded, in bytes: of the first `count` parts. Undefined when S3 does not tell. */
export async function partSizes(
  session: S3Session,
  location: S3Location,
  count: number,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  const sizes: number[] = [];
  for (let part = 1; part <= count; part++) {
    const answer = await session.request(headObject(location), signal, (client, options) =>
      client.send(new HeadObjectCommand({ Bucket: location.bucket, Key: location.key, PartNumber: part }), options),
    );
    // A server that knows no parts gives the whole object.
    if (answer.PartsCount === undefined || answer.ContentLength === undefined) return undefined;
    sizes.push(answer.ContentLength);
  }
  return sizes;
}
