import type { Log } from '../log/log.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';

/** The connection of one job to S3. */
export interface JobStorage {
  /** Opened once, when it is first needed. */
  readonly open: () => Promise<ObjectStorage>;
  /** Closes it if it was opened. */
  readonly close: () => Promise<void>;
}

/** S3 as the user's environment describes it. The code for it is loaded by a job that uses it. */
export function jobStorage(variables: Readonly<NodeJS.ProcessEnv>, log: Log): JobStorage {
  let storage: Promise<ObjectStorage> | undefined;
  return {
    open: () => {
      storage ??= import('#storage/s3').then(({ openS3 }) => openS3(variables, log));
      return storage;
    },
    close: async () => (await storage?.catch(() => undefined))?.close(),
  };
}
