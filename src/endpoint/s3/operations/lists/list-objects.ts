import type { ServiceAnswer } from '../../../http/service.ts';
import { keyWriter } from '../../lists/encode-key.ts';
import { readLimit, readText } from '../../lists/limits.ts';
import { objectElements, prefixElements } from '../../lists/object-elements.ts';
import { ownerElements } from '../../lists/owner.ts';
import { readPage } from '../../lists/read-page.ts';
import { bucketOf, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { type XmlElement, xmlDocument } from '../../xml/write-xml.ts';

/** Version 1 of the list. `NextMarker` comes with a delimiter only; other clients go on after the last key. */
export async function listObjects(call: S3Call): Promise<ServiceAnswer> {
  const { query, settings } = call;
  const bucket = bucketOf(call);
  const writeKey = keyWriter(query);
  const limit = readLimit(query, 'max-keys');
  const prefix = query.get('prefix') ?? '';
  const marker = query.get('marker') ?? '';
  const delimiter = readText(query, 'delimiter');
  const page = await readPage(bucket, { prefix, delimiter, after: marker === '' ? undefined : marker }, limit);
  const next = page.isTruncated && delimiter !== undefined ? page.last : undefined;
  const owner: XmlElement = ['Owner', ownerElements(settings.accountId)];
  return xmlAnswer(
    xmlDocument('ListBucketResult', [
      ['Name', bucket.name],
      ['Prefix', writeKey(prefix)],
      ['Marker', writeKey(marker)],
      ['NextMarker', next && writeKey(next)],
      ['MaxKeys', limit],
      ['Delimiter', delimiter && writeKey(delimiter)],
      ['EncodingType', readText(query, 'encoding-type')],
      ['IsTruncated', page.isTruncated],
      ...page.objects.map((object): XmlElement => ['Contents', [...objectElements(object, writeKey), owner]]),
      ...prefixElements(page.prefixes, writeKey),
    ]),
  );
}
