import type { ServiceAnswer } from '../../../http/service.ts';
import { receiveText } from '../../body/receive-body.ts';
import { noSuchKey } from '../../errors.ts';
import { readTagging } from '../../objects/tags.ts';
import { bucketOf, checkVersionId, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { readXml } from '../../xml/read-xml.ts';
import { type XmlElement, xmlDocument } from '../../xml/write-xml.ts';

// Ten tags, each character as a reference.
const MAX_BYTES = 64 * 1024;

export async function getObjectTagging(call: S3Call): Promise<ServiceAnswer> {
  checkVersionId(call.query.get('versionId'));
  const object = await bucketOf(call).head(call.key);
  if (object === undefined) throw noSuchKey(call.key);
  const tags = object.tags.map(
    ([name, value]): XmlElement => [
      'Tag',
      [
        ['Key', name],
        ['Value', value],
      ],
    ],
  );
  return xmlAnswer(xmlDocument('Tagging', [['TagSet', tags]]));
}

export async function putObjectTagging(call: S3Call): Promise<ServiceAnswer> {
  checkVersionId(call.query.get('versionId'));
  const bucket = bucketOf(call);
  const tags = readTagging(readXml(await receiveText(call, MAX_BYTES), 'Tagging'));
  if (!(await bucket.setTags(call.key, tags))) throw noSuchKey(call.key);
  return { status: 200 };
}

export async function deleteObjectTagging(call: S3Call): Promise<ServiceAnswer> {
  checkVersionId(call.query.get('versionId'));
  if (!(await bucketOf(call).setTags(call.key, []))) throw noSuchKey(call.key);
  return { status: 204 };
}
