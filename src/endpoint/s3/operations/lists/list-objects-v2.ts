import type { ServiceAnswer } from '../../../http/service.ts';
import { invalidArgument } from '../../errors.ts';
import { readToken, writeToken } from '../../lists/continuation-token.ts';
import { keyWriter } from '../../lists/encode-key.ts';
import { readLimit, readText } from '../../lists/limits.ts';
import { objectElements, prefixElements } from '../../lists/object-elements.ts';
import { ownerElements } from '../../lists/owner.ts';
import { readPage } from '../../lists/read-page.ts';
import { bucketOf, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { type XmlElement, xmlDocument } from '../../xml/write-xml.ts';

export async function listObjectsV2(call: S3Call): Promise<ServiceAnswer> {
  const { query, settings } = call;
  const bucket = bucketOf(call);
  const writeKey = keyWriter(query);
  const limit = readLimit(query, 'max-keys');
  const prefix = query.get('prefix') ?? '';
  const delimiter = readText(query, 'delimiter');
  const startAfter = readText(query, 'start-after');
  const token = query.get('continuation-token');
  if (token === '') throw invalidArgument('continuation-token', '', 'The continuation token provided is incorrect');
  const after = token === null ? startAfter : readToken(token);
  const page = await readPage(bucket, { prefix, delimiter, after }, limit);
  const owner: readonly XmlElement[] =
    query.get('fetch-owner') === 'true' ? [['Owner', ownerElements(settings.accountId)]] : [];
  return xmlAnswer(
    xmlDocument('ListBucketResult', [
      ['Name', bucket.name],
      ['Prefix', writeKey(prefix)],
      ['ContinuationToken', token ?? undefined],
      ['NextContinuationToken', page.isTruncated && page.last !== undefined ? writeToken(page.last) : undefined],
      ['StartAfter', startAfter && writeKey(startAfter)],
      ['KeyCount', page.objects.length + page.prefixes.length],
      ['MaxKeys', limit],
      ['Delimiter', delimiter && writeKey(delimiter)],
      ['EncodingType', readText(query, 'encoding-type')],
      ['IsTruncated', page.isTruncated],
      ...page.objects.map((object): XmlElement => ['Contents', [...objectElements(object, writeKey), ...owner]]),
      ...prefixElements(page.prefixes, writeKey),
    ]),
  );
}
