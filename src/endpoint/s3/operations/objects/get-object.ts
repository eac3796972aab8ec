import type { ServiceAnswer } from '../../../http/service.ts';
import { noSuchKey } from '../../errors.ts';
import { answerObject } from '../../objects/object-answer.ts';
import { bucketOf, type S3Call } from '../../s3-call.ts';

export async function getObject(call: S3Call): Promise<ServiceAnswer> {
  const object = await bucketOf(call).open(call.key);
  if (object === undefined) throw noSuchKey(call.key);
  let isRead = false;
  try {
    const { range, ...answer } = answerObject(call, object);
    if (range === undefined || range.start === range.end) return answer;
    isRead = true;
    return { ...answer, body: object.read(range.start, range.end) };
  } finally {
    if (!isRead) await object.close();
  }
}
