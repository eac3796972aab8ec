import type { Upload, UploadedPart } from '../../../../buckets/buckets.ts';
import { ServiceError } from '../../../http/service-error.ts';
import { checksumElement } from '../../body/checksum-headers.ts';
import { malformedXml } from '../../errors.ts';
import { children, readXml, textOf, type XmlNode } from '../../xml/read-xml.ts';
import { partAlgorithm } from './find-upload.ts';

/** Bytes of each part but the last: "Amazon S3 multipart upload limits" of the user guide. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

/**
 * The parts that a `CompleteMultipartUpload` document names.
 * @throws ServiceError MalformedXML, InvalidPartOrder, InvalidPart, EntityTooSmall
 */
export function chooseParts(text: string, upload: Upload, uploaded: readonly UploadedPart[]): readonly UploadedPart[] {
  const wanted = children(readXml(text, 'CompleteMultipartUpload'), 'Part');
  if (wanted.length === 0 || wanted.length > MAX_PARTS) throw malformedXml();
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  let before = 0;
  const chosen = wanted.map((part) => {
    const number = readNumber(part);
    if (number <= before) throw invalidPartOrder(upload);
    before = number;
    return checkedPart(part, upload, { number, found: byNumber.get(number) });
  });
  for (const part of chosen.slice(0, -1)) checkSize(part);
  return chosen;
}

function readNumber(part: XmlNode): number {
  const text = textOf(part, 'PartNumber')?.trim() ?? '';
  if (!/^\d{1,9}$/.test(text)) throw malformedXml();
  return Number(text);
}

function checkedPart(
  part: XmlNode,
  upload: Upload,
  { number, found }: { readonly number: number; readonly found: UploadedPart | undefined },
): UploadedPart {
  const etag = textOf(part, 'ETag')
    ?.trim()
    .replace(/^"(.*)"$/, '$1');
  if (etag === undefined) throw malformedXml();
  const checksum = textOf(part, checksumElement(partAlgorithm(upload)))?.trim();
  const isSame = found?.etag === etag && (checksum === undefined || checksum === found.checksum);
  if (found !== undefined && isSame) return found;
  throw new ServiceError(
    'InvalidPart',
    400,
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId: upload.id, PartNumber: String(number), ETag: etag },
  );
}

function checkSize({ size, number, etag }: UploadedPart): void {
  if (size >= MIN_PART_BYTES) return;
  throw new ServiceError('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: String(size),
    MinSizeAllowed: String(MIN_PART_BYTES),
    PartNumber: String(number),
    ETag: etag,
  });
}

function invalidPartOrder(upload: Upload): ServiceError {
  const message =
    'The list of parts was not in ascending order. The parts list must be specified in order by part number.';
  return new ServiceError('InvalidPartOrder', 400, message, { UploadId: upload.id });
}
