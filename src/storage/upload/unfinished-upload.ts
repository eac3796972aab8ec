import { ListMultipartUploadsCommand, ListPartsCommand, type MultipartUpload, type Part } from '@aws-sdk/client-s3';
import { isOptmlError } from '../../errors/error.ts';
import type { KnownContent } from '../content-sums.ts';
import { upload } from '../operations.ts';
import { partsOf } from '../part-sizes.ts';
import { s3Code } from '../s3-errors.ts';
import { base64, type StoredPart, type StoredParts } from './multipart-upload.ts';
import type { Upload } from './upload-source.ts';

type Request = Upload & { readonly content: KnownContent };

// Pages of a listing that has no end.
const MOST_PAGES = 100;

/**
 * The newest upload of this object that was interrupted, with the parts that S3 has of this very content. Undefined if there
 * is none, or if uploads cannot be listed: then everything is sent.
 */
export async function findUnfinished(request: Request): Promise<StoredParts | undefined> {
  try {
    const uploadId = await newestUpload(request);
    return uploadId === undefined ? undefined : { uploadId, parts: await storedParts(request, uploadId) };
  } catch (error) {
    request.signal.throwIfAborted();
    if (!isOptmlError(error)) throw error;
    // To resume is cheaper, and needs permissions that an upload does not need.
    if (error.code !== 'S3_REFUSED' && !['NoSuchUpload', 'NotImplemented'].includes(s3Code(error.cause) ?? ''))
      throw error;
    request.session.log.debug(`the upload starts from the beginning: ${error.message}`);
    return undefined;
  }
}

async function newestUpload({ session, location, signal }: Request): Promise<string | undefined> {
  const operation = { ...upload(location, 'ListMultipartUploads'), permission: 's3:ListBucketMultipartUploads' };
  const answer = await session.request(operation, signal, (client, options) =>
    client.send(new ListMultipartUploadsCommand({ Bucket: location.bucket, Prefix: location.key }), options),
  );
  const time = ({ Initiated }: MultipartUpload) => Initiated?.getTime() ?? 0;
  return (answer.Uploads ?? [])
    .filter(({ Key, ChecksumAlgorithm = 'CRC32', ChecksumType = 'FULL_OBJECT' }) => {
      return Key === location.key && ChecksumAlgorithm === 'CRC32' && ChecksumType === 'FULL_OBJECT';
    })
    .sort((a, b) => time(b) - time(a))[0]?.UploadId;
}

async function storedParts(request: Request, uploadId: string): Promise<readonly StoredPart[]> {
  const { session, location, signal, content } = request;
  const operation = { ...upload(location, 'ListParts'), permission: 's3:ListMultipartUploadParts' };
  const listed = new Map<number, Part>();
  let marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await session.request(operation, signal, (client, options) =>
      client.send(
        new ListPartsCommand({
          Bucket: location.bucket,
          Key: location.key,
          UploadId: uploadId,
          ...(marker !== undefined && { PartNumberMarker: marker }),
        }),
        options,
      ),
    );
    for (const part of answer.Parts ?? []) if (part.PartNumber !== undefined) listed.set(part.PartNumber, part);
    marker = answer.IsTruncated ? answer.NextPartNumberMarker : undefined;
    if (marker === undefined) break;
  }
  return [...partsOf(content.bytes)].flatMap((range) => {
    const known = content.parts[range.number - 1];
    const { Size, ETag, ChecksumCRC32 } = listed.get(range.number) ?? {};
    if (known === undefined || Size !== range.bytes) return [];
    const isChecked = ChecksumCRC32 === base64(known.crc32);
    if (!isChecked && ETag !== `"${known.md5}"`) return [];
    return [{ ...range, etag: ETag, sum: known.crc32, isChecked }];
  });
}
