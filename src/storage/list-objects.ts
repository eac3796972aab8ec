import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { S3Location } from '../contract/location.ts';
import { listObjects } from './operations.ts';
import type { S3Session } from './s3-session.ts';

/** An object of a listing. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string | undefined;
  /** In milliseconds since 1970; 0 if the server does not say. */
  readonly writtenMs: number;
}

/** The objects whose keys start with the location's, page by page, in the order of their keys. */
export async function* listedObjects(
  session: S3Session,
  location: S3Location,
  signal: AbortSignal,
): AsyncGenerator<ListedObject> {
  let token: string | undefined;
  do {
    const page = await session.request(listObjects(location), signal, (client, options) =>
      client.send(
        new ListObjectsV2Command({
          Bucket: location.bucket,
          Prefix: location.key,
          ...(token !== undefined && { ContinuationToken: token }),
        }),
        options,
      ),
    );
    for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
      if (Key === undefined) continue;
      yield { key: Key, bytes: Size ?? 0, etag: ETag, writtenMs: LastModified?.getTime() ?? 0 };
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}
