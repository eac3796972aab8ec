import type { Bucket, ChecksumAlgorithm, Upload } from '../../../../buckets/buckets.ts';
import { invalidRequest, noSuchUpload } from '../../errors.ts';
import { DEFAULT_ALGORITHM } from '../../objects/write-object.ts';
import { bucketOf, type S3Call } from '../../s3-call.ts';

/** The upload that a request names. @throws ServiceError NoSuchUpload */
export async function findUpload(call: S3Call): Promise<{ readonly bucket: Bucket; readonly upload: Upload }> {
  const bucket = bucketOf(call);
  const id = call.query.get('uploadId') ?? '';
  const upload = await bucket.uploads.find(call.key, id);
  if (upload === undefined) throw noSuchUpload(id);
  return { bucket, upload };
}

/** The algorithm of the sums of an upload's parts. */
export function partAlgorithm(upload: Upload): ChecksumAlgorithm {
  return upload.checksum?.algorithm ?? DEFAULT_ALGORITHM;
}

/** @throws ServiceError InvalidRequest if the sum of a part is of another algorithm than the upload's, which the client chose */
export function checkPartAlgorithm(upload: Upload, stated: ChecksumAlgorithm | undefined): void {
  const expected = upload.checksum?.algorithm;
  if (stated === undefined || expected === undefined || stated === expected) return;
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${stated.toLowerCase()}`,
  );
}
