import type { ServiceAnswer } from '../../../http/service.ts';
import { writeCheck } from '../../conditions/conditions.ts';
import { bucketOf, checkVersionId, type S3Call } from '../../s3-call.ts';

export async function deleteObject(call: S3Call): Promise<ServiceAnswer> {
  const bucket = bucketOf(call);
  checkVersionId(call.query.get('versionId'));
  await bucket.delete(call.key, writeCheck({ 'if-match': call.headers['if-match'] }, call.key));
  return { status: 204 };
}
