import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type S3Location, s3Uri } from '../contract/location.ts';
import { OptmlError } from '../errors/error.ts';
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

// S3 may leave pages empty, where it has passed over what was deleted; not hundreds in a row.
const MOST_EMPTY_PAGES = 100;

/**
 * The objects whose keys start with the location's, page by page, in the order of their keys.
 *
 * @throws OptmlError S3_FAILED, also for a listing that goes round in a circle or says nothing; as other requests.
 */
export async function* listedObjects(
  session: S3Session,
  location: S3Location,
  signal: AbortSignal,
): AsyncGenerator<ListedObject> {
  const progress = new ListingProgress();
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
    const stuck = page.IsTruncated ? progress.stuckAt(token, page.Contents?.length ?? 0) : undefined;
    if (stuck !== undefined) throw endless(location, stuck);
  } while (token !== undefined);
}

function endless(location: S3Location, why: string): OptmlError {
  return new OptmlError('S3_FAILED', `cannot list ${s3Uri(location)}: ListObjectsV2: ${why}`, {
    where: s3Uri(location),
    fix: 'Ask the operator of the endpoint: its listings have no end.',
  });
}

/** Finds a listing that has no end. Keeps one token only: each is compared with one of an earlier page, ever further back. */
class ListingProgress {
  #pages = 0;
  #emptyPages = 0;
  #kept: string | undefined;
  #keepNext = 1;

  /** What is wrong, if the listing cannot go on from this page. */
  stuckAt(token: string | undefined, objects: number): string | undefined {
    if (token === undefined) return 'the listing says that it goes on, and not where';
    if (token === this.#kept) return 'the listing comes back to a page that it has been on';
    this.#pages++;
    if (this.#pages === this.#keepNext) {
      this.#kept = token;
      this.#keepNext *= 2;
    }
    this.#emptyPages = objects === 0 ? this.#emptyPages + 1 : 0;
    return this.#emptyPages === MOST_EMPTY_PAGES
      ? `the listing has ${MOST_EMPTY_PAGES} empty pages in a row`
      : undefined;
  }
}
