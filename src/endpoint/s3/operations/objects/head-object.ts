import type { ServiceAnswer } from '../../../http/service.ts';
import { noSuchKey } from '../../errors.ts';
import { answerObject } from '../../objects/object-answer.ts';
import { bucketOf, type S3Call } from '../../s3-call.ts';

export async function headObject(call: S3Call): Promise<ServiceAnswer> {
  const object = await bucketOf(call).head(call.key);
  if (object === undefined) throw noSuchKey(call.key);
  const { range: _, ...answer } = answerObject(call, object);
  return answer;
}
