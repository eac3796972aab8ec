import type { StoredObject } from '../../../../buckets/buckets.ts';
import type { ServiceAnswer } from '../../../http/service.ts';
import { checksumElement } from '../../body/checksum-headers.ts';
import { invalidArgument, noSuchKey } from '../../errors.ts';
import { MAX_PAGE } from '../../lists/limits.ts';
import { bucketOf, checkVersionId, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { sumElements } from '../../xml/sum-elements.ts';
import { type XmlContent, type XmlElement, xmlDocument } from '../../xml/write-xml.ts';

const ATTRIBUTES: ReadonlySet<string> = new Set(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']);

export async function getObjectAttributes(call: S3Call): Promise<ServiceAnswer> {
  checkVersionId(call.query.get('versionId'));
  const wanted = readAttributes(call.headers['x-amz-object-attributes']);
  const object = await bucketOf(call).head(call.key);
  if (object === undefined) throw noSuchKey(call.key);
  const has = (name: string) => wanted.has(name);
  const { checksum } = object;
  return xmlAnswer(
    xmlDocument('GetObjectAttributesResponse', [
      ['ETag', has('ETag') ? object.etag : undefined],
      ['Checksum', has('Checksum') && checksum !== undefined ? plainSum(sumElements(checksum)) : undefined],
      ['ObjectParts', has('ObjectParts') ? partElements(object, call) : undefined],
      ['StorageClass', has('StorageClass') ? (object.headers['x-amz-storage-class'] ?? 'STANDARD') : undefined],
      ['ObjectSize', has('ObjectSize') ? object.size : undefined],
    ]),
    { 'last-modified': object.modifiedAt.toUTCString() },
  );
}

function readAttributes(text: string | undefined): ReadonlySet<string> {
  const names = (text ?? '').split(',').map((name) => name.trim());
  if (names.every((name) => ATTRIBUTES.has(name))) return new Set(names);
  throw invalidArgument('x-amz-object-attributes', text ?? '', 'Invalid attribute name specified.');
}

// The number of parts of a composite sum is in ObjectParts.
function plainSum(content: XmlContent): XmlContent {
  return content.map(
    ([name, value]): XmlElement => [name, typeof value === 'string' ? value.replace(/-\d+$/, '') : value],
  );
}

function partElements({ parts, checksum }: StoredObject, { headers }: S3Call): XmlContent | undefined {
  if (parts === undefined) return undefined;
  const marker = readNumber(headers, 'x-amz-part-number-marker', 0);
  const limit = Math.min(MAX_PAGE, readNumber(headers, 'x-amz-max-parts', MAX_PAGE));
  const page = parts.slice(marker, marker + limit);
  const listed = checksum?.type !== 'COMPOSITE' ? [] : page;
  return [
    ['PartsCount', parts.length],
    ['PartNumberMarker', marker],
    ['NextPartNumberMarker', marker + page.length],
    ['MaxParts', limit],
    ['IsTruncated', limit > 0 && marker + page.length < parts.length],
    ...listed.map(
      (part, index): XmlElement => [
        'Part',
        [
          ['PartNumber', marker + index + 1],
          ['Size', part.size],
          [checksumElement(checksum?.algorithm ?? 'CRC64NVME'), part.checksum],
        ],
      ],
    ),
  ];
}

function readNumber(headers: S3Call['headers'], name: string, otherwise: number): number {
  const text = headers[name];
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw invalidArgument(name, text, `Provided ${name} not an integer or within integer range`);
}
