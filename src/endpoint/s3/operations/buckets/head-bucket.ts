import type { ServiceAnswer } from '../../../http/service.ts';
import { bucketOf, type S3Call } from '../../s3-call.ts';

export async function headBucket(call: S3Call): Promise<ServiceAnswer> {
  const { region } = bucketOf(call);
  return { status: 200, headers: { 'x-amz-bucket-region': region, 'x-amz-access-point-alias': 'false' } };
}
