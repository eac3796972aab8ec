import type { Bucket } from '../../../../buckets/buckets.ts';
import type { ServiceAnswer } from '../../../http/service.ts';
import { checkedKey } from '../../address.ts';
import { statedChecksum } from '../../body/checksum-headers.ts';
import { receiveText } from '../../body/receive-body.ts';
import { bucketError } from '../../bucket-error.ts';
import { writeCheck } from '../../conditions/conditions.ts';
import { invalidRequest, malformedXml } from '../../errors.ts';
import { bucketOf, checkVersionId, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { children, readXml, textOf, type XmlNode } from '../../xml/read-xml.ts';
import { type XmlElement, xmlDocument } from '../../xml/write-xml.ts';

// "DeleteObjects" of the Amazon S3 API reference: up to 1,000 keys, documents up to 2 MB.
const MAX_KEYS = 1000;
const MAX_BYTES = 2 * 1024 * 1024;
/** An object has six at most. */
const MAX_ELEMENTS = 10_000;

export async function deleteObjects(call: S3Call): Promise<ServiceAnswer> {
  const bucket = bucketOf(call);
  if (call.headers['content-md5'] === undefined && statedChecksum(call.headers) === undefined) {
    throw invalidRequest('Missing required header for this request: Content-MD5');
  }
  const wanted = readXml(await receiveText(call, MAX_BYTES), 'Delete', MAX_ELEMENTS);
  const objects = children(wanted, 'Object');
  if (objects.length === 0 || objects.length > MAX_KEYS) throw malformedXml();
  const keys = objects.map((object) => textOf(object, 'Key'));
  if (keys.some((key) => key === undefined || key === '')) throw malformedXml();
  const isQuiet = textOf(wanted, 'Quiet')?.toLowerCase() === 'true';
  const results: XmlElement[] = [];
  for (const object of objects) {
    const result = await deleteOne(bucket, object);
    if (result[0] === 'Error' || !isQuiet) results.push(result);
  }
  return xmlAnswer(xmlDocument('DeleteResult', results));
}

async function deleteOne(bucket: Bucket, object: XmlNode): Promise<XmlElement> {
  const key = textOf(object, 'Key') ?? '';
  try {
    checkVersionId(textOf(object, 'VersionId'));
    await bucket.delete(checkedKey(key), writeCheck({ 'if-match': textOf(object, 'ETag') }, key));
    return ['Deleted', [['Key', key]]];
  } catch (error) {
    // The others are deleted, and the client must learn which.
    const answered = bucketError(error);
    if (answered === undefined) throw error;
    return [
      'Error',
      [
        ['Key', key],
        ['Code', answered.code],
        ['Message', answered.message],
      ],
    ];
  }
}
