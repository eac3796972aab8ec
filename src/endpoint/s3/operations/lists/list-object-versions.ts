import type { ServiceAnswer } from '../../../http/service.ts';
import { invalidArgument } from '../../errors.ts';
import { keyWriter } from '../../lists/encode-key.ts';
import { readLimit, readText } from '../../lists/limits.ts';
import { objectElements, prefixElements } from '../../lists/object-elements.ts';
import { ownerElements } from '../../lists/owner.ts';
import { readPage } from '../../lists/read-page.ts';
import { bucketOf, checkVersionId, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { type XmlElement, xmlDocument } from '../../xml/write-xml.ts';

/** Each object of a bucket without versions is its own latest version, `null`. */
export async function listObjectVersions(call: S3Call): Promise<ServiceAnswer> {
  const { query, settings } = call;
  const bucket = bucketOf(call);
  const writeKey = keyWriter(query);
  const limit = readLimit(query, 'max-keys');
  const prefix = query.get('prefix') ?? '';
  const delimiter = readText(query, 'delimiter');
  const marker = readText(query, 'key-marker');
  const version = readText(query, 'version-id-marker');
  if (version !== undefined && marker === undefined) {
    throw invalidArgument(
      'version-id-marker',
      version,
      'A version-id marker cannot be specified without a key marker.',
    );
  }
  checkVersionId(version);
  const page = await readPage(bucket, { prefix, delimiter, after: marker }, limit);
  const next = page.isTruncated ? page.last : undefined;
  const isObject = next !== undefined && page.objects.at(-1)?.key === next;
  const owner: XmlElement = ['Owner', ownerElements(settings.accountId)];
  return xmlAnswer(
    xmlDocument('ListVersionsResult', [
      ['Name', bucket.name],
      ['Prefix', writeKey(prefix)],
      ['KeyMarker', writeKey(marker ?? '')],
      ['VersionIdMarker', version ?? ''],
      ['NextKeyMarker', next && writeKey(next)],
      ['NextVersionIdMarker', isObject ? 'null' : undefined],
      ['MaxKeys', limit],
      ['Delimiter', delimiter && writeKey(delimiter)],
      ['EncodingType', readText(query, 'encoding-type')],
      ['IsTruncated', page.isTruncated],
      ...page.objects.map(
        (object): XmlElement => [
          'Version',
          [...objectElements(object, writeKey), ['VersionId', 'null'], ['IsLatest', true], owner],
        ],
      ),
      ...prefixElements(page.prefixes, writeKey),
    ]),
  );
}
