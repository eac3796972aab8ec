import type { ServiceAnswer } from '../../../http/service.ts';
import type { S3Call } from '../../s3-call.ts';
import { findUpload } from './find-upload.ts';

export async function abortMultipartUpload(call: S3Call): Promise<ServiceAnswer> {
  const { bucket, upload } = await findUpload(call);
  await bucket.uploads.abort(upload);
  return { status: 204 };
}
