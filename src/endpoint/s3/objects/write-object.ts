import type { Bucket, ChecksumAlgorithm, ObjectWriter } from '../../../buckets/buckets.ts';
import { invalidArgument } from '../errors.ts';

/** Bytes of one PutObject or one part: "Amazon S3 multipart upload limits" of the user guide. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3;

/** The checksum that S3 adds if a client states none: "Checking object integrity" of the user guide. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME';

/** Gives `write` a writer, which it commits. What it wrote is removed if it throws. */
export async function withWriter<T>(bucket: Bucket, write: (writer: ObjectWriter) => Promise<T>): Promise<T> {
  const writer = await bucket.write();
  try {
    return await write(writer);
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** @throws ServiceError InvalidArgument if the bucket cannot keep an object with this key */
export function checkKey(bucket: Bucket, key: string): void {
  const problem = bucket.keyProblem(key);
  if (problem !== undefined) throw invalidArgument('Key', key, problem);
}
