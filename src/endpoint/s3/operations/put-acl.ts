import type { ServiceAnswer } from '../../http/service.ts';
import { ServiceError } from '../../http/service-error.ts';
import { noSuchKey } from '../errors.ts';
import { bucketOf, type S3Call } from '../s3-call.ts';

/**
 * PutBucketAcl and PutObjectAcl. Access control lists are disabled, as in every new bucket of S3 (BucketOwnerEnforced): only
 * the list that changes nothing is accepted.
 */
export async function putAcl(call: S3Call): Promise<ServiceAnswer> {
  const bucket = bucketOf(call);
  if (call.key !== '' && (await bucket.head(call.key)) === undefined) throw noSuchKey(call.key);
  const acl = call.headers['x-amz-acl'];
  if (acl === 'private' || acl === 'bucket-owner-full-control') return { status: 200 };
  throw new ServiceError('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');
}
