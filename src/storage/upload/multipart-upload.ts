import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { combineCrc32 } from '../../checksum/crc-combine.ts';
import { crc32Bytes } from '../../checksum/digest.ts';
import { forEachAtOnce } from '../../concurrency/for-each-at-once.ts';
import { withScope } from '../../concurrency/scope.ts';
import { s3Uri } from '../../contract/location.ts';
import { lookAtObject } from '../head-object.ts';
import { upload } from '../operations.ts';
import { type PartRange, partsOf } from '../part-sizes.ts';
import { s3Code } from '../s3-errors.ts';
import { withHeaders } from '../s3-session.ts';
import { checkStored } from './check-stored.ts';
import {
  checkUnchanged,
  encryptionOf,
  fileChanged,
  MOST_PARTS,
  readPart,
  type Source,
  UNSIGNED_BODY,
  type Upload,
} from './upload-source.ts';

// When no caller waits any more: what is left costs money, and changes no content.
const ABORT_MS = 5000;

/** A part on its way. */
export interface Part extends PartRange {
  /** Its CRC-32, if that is known before it is read. */
  readonly crc32?: number;
}

/** A part that S3 has. */
export interface StoredPart extends PartRange {
  readonly etag: string | undefined;
  readonly sum: number;
  /** Whether the server has checked the sum: not all know checksums, and what they do not know they are not told again. */
  readonly isChecked: boolean;
}

/** All parts of an object in their order, which are to become one. */
export interface StoredParts {
  readonly uploadId: string;
  readonly parts: readonly StoredPart[];
}

/** Uploads a file in parts. They become an object by the last request alone; before that a failure removes them. */
export async function uploadParts(request: Upload, source: Source): Promise<void> {
  const uploadId = await createUpload(request);
  try {
    const parts = await sendParts(request, source, { uploadId, parts: partsOf(source.stats.size) });
    await checkUnchanged(source, request.file);
    await completeUpload(request, { uploadId, parts });
  } catch (error) {
    await abortUpload(request, uploadId);
    throw error;
  }
}

export const base64 = (sum: number) => crc32Bytes(sum).toString('base64');

/** Begins an upload, and gives its id. */
export async function createUpload(request: Upload): Promise<string> {
  const { session, location, signal } = request;
  const answer = await session.request(upload(location, 'CreateMultipartUpload'), signal, (client, options) =>
    client.send(
      new CreateMultipartUploadCommand({
        Bucket: location.bucket,
        Key: location.key,
        ChecksumAlgorithm: 'CRC32',
        ChecksumType: 'FULL_OBJECT',
        ...encryptionOf(request),
      }),
      options,
    ),
  );
  return answer.UploadId ?? '';
}

/** Sends parts of a file, several at the same time, and gives them in their order. */
export async function sendParts(
  request: Upload,
  source: Source,
  { uploadId, parts }: { readonly uploadId: string; readonly parts: Iterable<Part> },
): Promise<readonly StoredPart[]> {
  const stored: StoredPart[] = [];
  await withScope(request.signal, async (scope) => {
    const inScope = { ...request, signal: scope.signal };
    await forEachAtOnce(parts, MOST_PARTS, scope, async (part) => {
      stored.push(await sendPart(inScope, source, uploadId, part));
      request.onBytes?.(part.bytes);
    });
  });
  return stored.sort((a, b) => a.number - b.number);
}

async function sendPart(request: Upload, source: Source, uploadId: string, part: Part): Promise<StoredPart> {
  const { session, location, signal, buffers, file } = request;
  return await buffers.use(signal, async (buffer) => {
    const { body, sum } = await bodyOf(part, source, file, buffer);
    if (part.crc32 !== undefined && part.crc32 !== sum) throw fileChanged(file);
    const answer = await session.request(upload(location, 'UploadPart'), signal, (client, options) =>
      client.send(
        withHeaders(
          new UploadPartCommand({
            Bucket: location.bucket,
            Key: location.key,
            UploadId: uploadId,
            PartNumber: part.number,
            Body: body(),
            ContentLength: part.bytes,
            ChecksumCRC32: base64(sum),
          }),
          UNSIGNED_BODY,
        ),
        options,
      ),
    );
    return { ...part, sum, etag: answer.ETag, isChecked: answer.ChecksumCRC32 === base64(sum) };
  });
}

// A part that fits goes from the buffer. Those of files beyond 80 GB do not: they are read twice, for the sum goes first.
async function bodyOf(part: Part, source: Source, file: string, buffer: Buffer) {
  if (part.bytes <= buffer.length) {
    const body = await readPart(source, file, { buffer, ...part });
    return { body: () => body, sum: crc32(body) };
  }
  let sum = 0;
  for (let done = 0; done < part.bytes; ) {
    const bytes = Math.min(buffer.length, part.bytes - done);
    sum = crc32(await readPart(source, file, { buffer, start: part.start + done, bytes }), sum);
    done += bytes;
  }
  const range = { start: part.start, end: part.start + part.bytes - 1, highWaterMark: 1024 * 1024 };
  return { body: () => createReadStream(file, { ...range, fd: source.handle.fd, autoClose: false }), sum };
}

/** Makes the object of its parts, and checks it. */
export async function completeUpload(request: Upload, { uploadId, parts: stored }: StoredParts): Promise<void> {
  const { session, location, signal } = request;
  const size = stored.reduce((bytes, part) => bytes + part.bytes, 0);
  const sum = base64(stored.reduce((before, part) => combineCrc32(before, part.sum, part.bytes), 0));
  const parts = stored.map(({ number, etag, isChecked, sum: partSum }): CompletedPart => {
    return { PartNumber: number, ETag: etag, ...(isChecked && { ChecksumCRC32: base64(partSum) }) };
  });
  const isChecked = stored.every((part) => part.isChecked);
  const operation = upload(location, 'CompleteMultipartUpload');
  const response = await session.attempt(operation, signal, async () => {
    try {
      const answer = await session.send(operation, signal, (client, options) =>
        client.send(
          new CompleteMultipartUploadCommand({
            Bucket: location.bucket,
            Key: location.key,
            UploadId: uploadId,
            MultipartUpload: { Parts: parts },
            ...(isChecked && { ChecksumCRC32: sum, ChecksumType: 'FULL_OBJECT' }),
            MpuObjectSize: size,
          }),
          options,
        ),
      );
      return answer.ChecksumCRC32;
    } catch (error) {
      // An earlier attempt may have got through, and only its answer was lost.
      if (s3Code(error) === 'NoSuchUpload' && (await isThere(request, size, parts.length))) return undefined;
      throw error;
    }
  });
  await checkStored(request, size, sum, response);
}

async function isThere({ session, location, signal }: Upload, size: number, parts: number): Promise<boolean> {
  const facts = await lookAtObject(session, location, signal);
  return facts.bytes === size && facts.etag?.endsWith(`-${parts}"`) === true;
}

/** Removes the parts of an upload. Never throws. */
export async function abortUpload({ session, location }: Upload, uploadId: string): Promise<void> {
  const signal = AbortSignal.timeout(ABORT_MS);
  try {
    await session.send(upload(location, 'AbortMultipartUpload'), signal, (client, options) =>
      client.send(
        new AbortMultipartUploadCommand({ Bucket: location.bucket, Key: location.key, UploadId: uploadId }),
        options,
      ),
    );
  } catch (error) {
    // It was one attempt to tidy up: what failed before is what counts.
    if (s3Code(error) === 'NoSuchUpload') return;
    session.log.warn(`parts of ${s3Uri(location)} stay in S3 (upload ${uploadId}): ${(error as Error).message}`);
  }
}
