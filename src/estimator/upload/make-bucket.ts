import { createBucket, findBucket } from './bucket.ts';
import type { UploaderSettings } from './open-uploader.ts';

/**
 * Creates the bucket of a job's outputs if it is the account's default bucket and missing, as an uploader does before it sends.
 *
 * @throws OptmlError S3_NOT_FOUND for another bucket that is missing, S3_REFUSED.
 */
export async function makeBucket(
  bucket: string,
  {
    variables,
    log,
    accountId,
    isBucketMade,
  }: Pick<UploaderSettings, 'variables' | 'log' | 'accountId' | 'isBucketMade'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const { openContentStore } = await import('#storage/content-store');
  const store = openContentStore(variables, log);
  try {
    const target = { store, bucket, accountId, isMade: isBucketMade };
    const { isToCreate } = await findBucket(target, signal);
    if (isToCreate) await createBucket(target, signal);
  } finally {
    store.close();
  }
}
