import type { ServiceAnswer } from '../../../http/service.ts';
import { ServiceError } from '../../../http/service-error.ts';
import { bucketOf, type S3Call } from '../../s3-call.ts';

export async function deleteBucket(call: S3Call): Promise<ServiceAnswer> {
  const { name } = bucketOf(call);
  if (await call.buckets.remove(name)) return { status: 204 };
  throw new ServiceError('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty', { BucketName: name });
}
