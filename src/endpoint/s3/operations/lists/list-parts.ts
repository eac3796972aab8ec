import type { ServiceAnswer } from '../../../http/service.ts';
import { checksumElement } from '../../body/checksum-headers.ts';
import { invalidArgument } from '../../errors.ts';
import { readLimit, readText } from '../../lists/limits.ts';
import { ownerElements } from '../../lists/owner.ts';
import { type S3Call, xmlAnswer } from '../../s3-call.ts';
import { algorithmElements } from '../../xml/sum-elements.ts';
import { type XmlElement, xmlDocument } from '../../xml/write-xml.ts';
import { findUpload, partAlgorithm } from '../uploads/find-upload.ts';

export async function listParts(call: S3Call): Promise<ServiceAnswer> {
  const { query, settings } = call;
  const { bucket, upload } = await findUpload(call);
  const limit = readLimit(query, 'max-parts');
  const marker = readMarker(query);
  const rest = (await bucket.uploads.parts(upload)).filter(({ number }) => number > marker);
  const parts = rest.slice(0, limit);
  const isTruncated = limit > 0 && rest.length > limit;
  const owner = ownerElements(settings.accountId);
  const sumName = upload.checksum && checksumElement(partAlgorithm(upload));
  return xmlAnswer(
    xmlDocument('ListPartsResult', [
      ['Bucket', bucket.name],
      ['Key', call.key],
      ['UploadId', upload.id],
      ['Initiator', owner],
      ['Owner', owner],
      ['StorageClass', upload.headers['x-amz-storage-class'] ?? 'STANDARD'],
      ['PartNumberMarker', marker],
      ['NextPartNumberMarker', parts.at(-1)?.number ?? 0],
      ['MaxParts', limit],
      ['IsTruncated', isTruncated],
      ...algorithmElements(upload.checksum),
      ...parts.map(
        (part): XmlElement => [
          'Part',
          [
            ['PartNumber', part.number],
            ['LastModified', part.modifiedAt],
            ['ETag', `"${part.etag}"`],
            ['Size', part.size],
            ...(sumName === undefined ? [] : ([[sumName, part.checksum]] as const)),
          ],
        ],
      ),
    ]),
  );
}

function readMarker(query: URLSearchParams): number {
  const text = readText(query, 'part-number-marker') ?? '0';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw invalidArgument(
    'part-number-marker',
    text,
    'Provided part-number-marker not an integer or within integer range',
  );
}
