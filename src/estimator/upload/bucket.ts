import { isOptmlError, OptmlError } from '../../errors/error.ts';
import type { ContentStore } from '../../storage/content-store.ts';
import { statusOf } from '../../storage/s3-errors.ts';

/** A bucket that uploads go to. */
export interface UploadBucket {
  readonly store: ContentStore;
  readonly bucket: string;
  /** The account of the credentials; undefined: the default bucket is treated as any other. */
  readonly accountId: (() => Promise<string>) | undefined;
  /** Whether it may be created whatever its name is: at an endpoint on this machine. By default not. */
  readonly isMade?: boolean | undefined;
}

/** A bucket, as far as it is known before it is used. */
export interface FoundBucket {
  /** Whether it does not exist, and may be created: it is the account's default bucket, or on this machine. */
  readonly isToCreate: boolean;
}

/**
 * Looks at the bucket. The default bucket of both SageMaker SDKs, `sagemaker-REGION-ACCOUNT`, may be missing, and must belong to
 * the account: others could have taken its name.
 *
 * @throws OptmlError S3_NOT_FOUND for another that is missing; S3_REFUSED for one in another region, or that is not accessible.
 */
export async function findBucket(
  { store, bucket, accountId, isMade = false }: UploadBucket,
  signal: AbortSignal,
): Promise<FoundBucket> {
  const account = await defaultAccount(store, bucket, accountId);
  try {
    const region = await store.bucketRegion(bucket, { signal, ...(account !== undefined && { accountId: account }) });
    if (region === undefined || region === store.region) return { isToCreate: false };
    throw bucketError('S3_REFUSED', bucket, `the bucket is in ${region}, and the job in ${store.region}`, {
      fix: `Name a bucket in ${store.region}, or run the job in ${region}: SageMaker reads only buckets of its own region.`,
    });
  } catch (error) {
    const status = isOptmlError(error) ? statusOf(error.cause) : undefined;
    if (status === 404 && (isMade || account !== undefined)) return { isToCreate: true };
    throw explain(error, { bucket, account, region: store.region });
  }
}

/** Creates the default bucket. Another process may do so at the same time. */
export async function createBucket({ store, bucket }: UploadBucket, signal: AbortSignal): Promise<void> {
  try {
    await store.createBucket(bucket, { signal });
  } catch (error) {
    if (!/BucketAlreadyOwnedByYou|OperationAborted/.test((error as Error).message)) throw error;
  }
}

/** The account whose default bucket it is. */
async function defaultAccount(store: ContentStore, bucket: string, accountId: UploadBucket['accountId']) {
  const inName = /^sagemaker-(.+)-(\d{12})$/.exec(bucket);
  if (inName?.[1] !== store.region || accountId === undefined) return undefined;
  const account = await accountId();
  return account === inName[2] ? account : undefined;
}

interface Found {
  readonly bucket: string;
  readonly account: string | undefined;
  readonly region: string;
}

function explain(error: unknown, { bucket, account, region }: Found): unknown {
  if (!isOptmlError(error)) return error;
  const status = statusOf(error.cause);
  if (status === 404) {
    return bucketError('S3_NOT_FOUND', bucket, 'the bucket does not exist', {
      fix: `Create it ("aws s3 mb s3://${bucket} --region ${region}"), or name another one.`,
      cause: error,
    });
  }
  if (status !== 403) return error;
  const owner = account === undefined ? '' : ', or belongs to another account';
  return bucketError('S3_REFUSED', bucket, `the bucket cannot be used: S3 refuses to list it${owner}`, {
    fix: `Allow your credentials s3:ListBucket, s3:GetObject and s3:PutObject on it, or name a bucket of your own account.`,
    cause: error,
  });
}

function bucketError(
  code: 'S3_REFUSED' | 'S3_NOT_FOUND',
  bucket: string,
  message: string,
  details: { readonly fix: string; readonly cause?: unknown },
): OptmlError {
  return new OptmlError(code, `s3://${bucket}: ${message}`, { where: `s3://${bucket}`, ...details });
}
