import { CopyObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import { crc32Bytes } from '../../checksum/digest.ts';
import { forEachAtOnce } from '../../concurrency/for-each-at-once.ts';
import { withScope } from '../../concurrency/scope.ts';
import { type S3Location, s3Uri } from '../../contract/location.ts';
import { isOptmlError } from '../../errors/error.ts';
import { crc32Of, type KnownContent } from '../content-sums.ts';
import { lookAtObject } from '../head-object.ts';
import { upload } from '../operations.ts';
import { type PartRange, partsOf } from '../part-sizes.ts';
import { abortUpload, base64, completeUpload, createUpload, type StoredPart } from './multipart-upload.ts';
import { isContent } from './upload-known.ts';
import { encryptionOf, type Upload } from './upload-source.ts';

/** The object that S3 copies. */
export interface CopySource {
  readonly location: S3Location;
  readonly etag: string;
}

/** A copy within S3. */
export interface KnownCopy extends Omit<Upload, 'file' | 'buffers'> {
  readonly source: CopySource;
  readonly content: KnownContent;
}

// Copies send nothing: S3 does the work.
const MOST_COPIES_OF_PARTS = 16;

/**
 * Copies an object within S3, and checks that the copy has the content. Gives false if S3 cannot copy it, or if its content is
 * another: then the file has to be sent.
 *
 * @throws the signal's reason.
 */
export async function copyKnown(copy: KnownCopy): Promise<boolean> {
  const { session, location, signal, content, source } = copy;
  try {
    const isCopied = await (content.parts.length === 1 ? copyWhole(copy) : copyInParts(copy));
    if (isCopied) copy.onBytes?.(content.bytes);
    else session.log.debug(`${s3Uri(location)} is sent: ${s3Uri(source.location)} has other content`);
    return isCopied;
  } catch (error) {
    signal.throwIfAborted();
    if (!isOptmlError(error)) throw error;
    // If S3 takes nothing at all, the upload of the file fails too, and says why.
    session.log.debug(`${s3Uri(location)} is sent, not copied: ${error.message}`);
    return false;
  }
}

async function copyWhole(copy: KnownCopy): Promise<boolean> {
  const { session, location, signal, content, source } = copy;
  const answer = await session.request(upload(location, 'CopyObject'), signal, (client, options) =>
    client.send(
      new CopyObjectCommand({
        Bucket: location.bucket,
        Key: location.key,
        CopySource: sourceText(source),
        CopySourceIfMatch: source.etag,
        // Its type and other attributes are those of its writer.
        MetadataDirective: 'REPLACE',
        ChecksumAlgorithm: 'CRC32',
        ...encryptionOf(copy),
      }),
      options,
    ),
  );
  const { ETag: etag, ChecksumCRC32: sum } = answer.CopyObjectResult ?? {};
  if (sum !== undefined) return sum === crc32Bytes(crc32Of(content)).toString('base64');
  if (isContent({ bytes: content.bytes, etag }, content)) return true;
  return isContent(await lookAtObject(session, location, signal), content);
}

async function copyInParts(copy: KnownCopy): Promise<boolean> {
  const { signal, content } = copy;
  const request = { ...copy, file: '', buffers: undefined as never };
  const uploadId = await createUpload(request);
  try {
    const parts: StoredPart[] = [];
    await withScope(signal, (scope) =>
      forEachAtOnce(partsOf(content.bytes), MOST_COPIES_OF_PARTS, scope, async (part) => {
        const stored = await copyPart({ ...copy, signal: scope.signal }, uploadId, part);
        if (stored !== undefined) parts.push(stored);
      }),
    );
    const isWhole = parts.length === content.parts.length;
    if (isWhole) await completeUpload(request, { uploadId, parts: parts.sort((a, b) => a.number - b.number) });
    else await abortUpload(request, uploadId);
    return isWhole;
  } catch (error) {
    await abortUpload(request, uploadId);
    throw error;
  }
}

/** Undefined if the part has other content. */
async function copyPart(copy: KnownCopy, uploadId: string, part: PartRange): Promise<StoredPart | undefined> {
  const { session, location, signal, content, source } = copy;
  const answer = await session.request(upload(location, 'UploadPartCopy'), signal, (client, options) =>
    client.send(
      new UploadPartCopyCommand({
        Bucket: location.bucket,
        Key: location.key,
        UploadId: uploadId,
        PartNumber: part.number,
        CopySource: sourceText(source),
        CopySourceIfMatch: source.etag,
        CopySourceRange: `bytes=${part.start}-${part.start + part.bytes - 1}`,
      }),
      options,
    ),
  );
  const { ETag: etag, ChecksumCRC32: sum } = answer.CopyPartResult ?? {};
  const known = content.parts[part.number - 1];
  const isChecked = known !== undefined && sum === base64(known.crc32);
  if (known === undefined || (!isChecked && etag !== `"${known.md5}"`)) return undefined;
  return { ...part, etag, sum: known.crc32, isChecked };
}

function sourceText({ location }: CopySource): string {
  return `${location.bucket}/${location.key}`.split('/').map(encodeURIComponent).join('/');
}
