import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { crc32Bytes } from '../../checksum/digest.ts';
import { isOptmlError, OptmlError } from '../../errors/error.ts';
import { readInput } from '../../job-tree/input/input-file.ts';
import { openInputHandle } from '../../job-tree/input/input-handle.ts';
import { crc32Of, etagOf, type KnownContent } from '../content-sums.ts';
import { lookAtObject } from '../head-object.ts';
import { partsOf } from '../part-sizes.ts';
import { s3Code } from '../s3-errors.ts';
import { abortUpload, completeUpload, createUpload, sendParts } from './multipart-upload.ts';
import { findUnfinished } from './unfinished-upload.ts';
import { putObject } from './upload-file.ts';
import { fileChanged, readPart, type Source, type Upload } from './upload-source.ts';

/** An upload of a file whose content is known. */
export interface KnownUpload extends Upload {
  readonly content: KnownContent;
}

// Files up to this size need no buffer of a whole part, and are read synchronously: a thread would take longer.
const SMALL_BYTES = 1024 * 1024;
// Another process may complete or remove the upload whose parts are used; not again and again.
const MOST_STARTS = 3;

/**
 * Uploads a file as one object. Parts that an interrupted upload has left in S3 are used, and a failure leaves them there.
 * Gives the number of bytes that were sent.
 *
 * @throws OptmlError S3_NOT_FOUND, S3_REFUSED, S3_FAILED, also if the file has other content than is known; the signal's reason.
 */
export async function uploadKnown(request: KnownUpload): Promise<number> {
  let handle: FileHandle | undefined;
  try {
    if (request.content.bytes <= SMALL_BYTES) return await sendSmall(request);
    handle = await openInputHandle(request.file);
    const source = { handle, stats: await handle.stat() };
    if (source.stats.size !== request.content.bytes) throw fileChanged(request.file);
    return await (request.content.parts.length === 1 ? sendWhole(request, source) : sendInParts(request, source));
  } catch (error) {
    request.signal.throwIfAborted();
    if (isOptmlError(error)) throw error;
    throw new OptmlError('S3_FAILED', `cannot read ${request.file} to upload it: ${(error as Error).message}`, {
      where: request.file,
      fix: 'Check that the file is there and readable.',
      cause: error,
    });
  } finally {
    await handle?.close();
  }
}

async function sendSmall(request: KnownUpload): Promise<number> {
  const { content, file } = request;
  const body = readInput(file, SMALL_BYTES);
  const sum = crc32(body);
  if (body.length !== content.bytes || sum !== content.parts[0]?.crc32) throw fileChanged(file);
  await putObject(request, body, sum);
  return content.bytes;
}

async function sendWhole(request: KnownUpload, source: Source): Promise<number> {
  const { content, signal, buffers, file } = request;
  await buffers.use(signal, async (buffer) => {
    const body = await readPart(source, file, { buffer, start: 0, bytes: content.bytes });
    const sum = crc32(body);
    if (sum !== content.parts[0]?.crc32) throw fileChanged(file);
    await putObject(request, body, sum);
  });
  return content.bytes;
}

async function sendInParts(request: KnownUpload, source: Source): Promise<number> {
  for (let start = 1; ; start++) {
    try {
      return await sendMissing(request, source);
    } catch (error) {
      if (!isOptmlError(error) || s3Code(error.cause) !== 'NoSuchUpload') throw error;
      // Another process has completed this upload, or removed it.
      if (await isStored(request)) return 0;
      if (start === MOST_STARTS) throw error;
    }
  }
}

async function sendMissing(request: KnownUpload, source: Source): Promise<number> {
  const { content, onBytes } = request;
  const { uploadId, parts: present } = (await findUnfinished(request)) ?? {
    uploadId: await createUpload(request),
    parts: [],
  };
  for (const { bytes } of present) onBytes?.(bytes);
  const has = new Set(present.map(({ number }) => number));
  const missing = [...partsOf(content.bytes)].flatMap((part) => {
    const crc = content.parts[part.number - 1]?.crc32;
    return has.has(part.number) || crc === undefined ? [] : [{ ...part, crc32: crc }];
  });
  try {
    const sent = await sendParts(request, source, { uploadId, parts: missing });
    const parts = [...present, ...sent].sort((a, b) => a.number - b.number);
    await completeUpload(request, { uploadId, parts });
    return sent.reduce((bytes, part) => bytes + part.bytes, 0);
  } catch (error) {
    // Of a file that has changed, no later upload uses the parts.
    if (isOptmlError(error) && error.cause === undefined) await abortUpload(request, uploadId);
    throw error;
  }
}

async function isStored({ session, location, signal, content }: KnownUpload): Promise<boolean> {
  try {
    return isContent(await lookAtObject(session, location, signal), content);
  } catch (error) {
    if (isOptmlError(error) && error.code === 'S3_NOT_FOUND') return false;
    throw error;
  }
}

/** What S3 says of an object. */
export interface ObjectFacts {
  readonly bytes: number;
  readonly etag: string | undefined;
  readonly checksum?:
    | { readonly algorithm: string; readonly expected: Buffer; readonly parts: number | undefined }
    | undefined;
}

/** Whether an object has this content, by its size and its ETag, or the CRC-32 that S3 keeps of the whole. */
export function isContent({ bytes, etag, checksum }: ObjectFacts, content: KnownContent): boolean {
  if (bytes !== content.bytes) return false;
  if (etag === etagOf(content)) return true;
  return (
    checksum?.algorithm === 'CRC32' &&
    checksum.parts === undefined &&
    checksum.expected.equals(crc32Bytes(crc32Of(content)))
  );
}
