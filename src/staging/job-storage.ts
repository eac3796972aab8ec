import type { Log } from '../log/log.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';

/** The connection of one job to S3. */
export interface JobStorage {
  /** Opened once, when it is first needed. */
  readonly open: () => Promise<ObjectStorage>;
  /** Closes it if it was opened. */
  readonly close: () => Promise<void>;
}

/**
 * S3 as the user's environment describes it. The code for it is loaded by a job that uses it. Buckets in the data folder
 * `localBuckets` are read and written directly.
 */
export function jobStorage(
  variables: Readonly<NodeJS.ProcessEnv>,
  log: Log,
  localBuckets?: string | undefined,
): JobStorage {
  let s3: Promise<ObjectStorage> | undefined;
  const openS3 = () => {
    s3 ??= import('#storage/s3').then((loaded) => loaded.openS3(variables, log));
    return s3;
  };
  let local: Promise<ObjectStorage> | undefined;
  const openLocal = (dataDir: string) => {
    local ??= import('#buckets/bucket-storage').then(({ bucketStorage }) => bucketStorage(dataDir, openS3));
    return local;
  };
  return {
    open: () => (localBuckets === undefined ? openS3() : openLocal(localBuckets)),
    close: async () => (await s3?.catch(() => undefined))?.close(),
  };
}
