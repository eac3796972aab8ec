import { createBucket } from '../upload/bucket.ts';

const SILENT = { info: () => undefined, warn: () => undefined, debug: () => undefined };

/** Makes the default bucket at an endpoint on this machine, as the Python SDK does: it has no buckets at first. */
export async function makeEndpointBucket(
  bucket: string,
  variables: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const { openContentStore } = await import('#storage/content-store');
  const store = openContentStore(variables, SILENT);
  try {
    await createBucket({ store, bucket, accountId: undefined }, signal);
  } finally {
    store.close();
  }
}
