import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { crc32Bytes } from '../../checksum/digest.ts';
import { isOptmlError, OptmlError } from '../../errors/error.ts';
import { openInputHandle } from '../../job-tree/input/input-handle.ts';
import { upload } from '../operations.ts';
import { PART_BYTES } from '../part-sizes.ts';
import { withHeaders } from '../s3-session.ts';
import { checkStored } from './check-stored.ts';
import { uploadParts } from './multipart-upload.ts';
import { checkUnchanged, encryptionOf, readPart, type Source, UNSIGNED_BODY, type Upload } from './upload-source.ts';

/**
 * Uploads a file as one object, which appears whole or not at all. Gives its size in bytes.
 *
 * @throws OptmlError S3_NOT_FOUND, S3_REFUSED; S3_FAILED also when the file cannot be read or changes; the signal's reason.
 */
export async function uploadOneFile(request: Upload): Promise<number> {
  let handle: FileHandle | undefined;
  try {
    handle = await openInputHandle(request.file);
    const source = { handle, stats: await handle.stat() };
    if (source.stats.size <= PART_BYTES) await uploadWhole(request, source);
    else await uploadParts(request, source);
    return source.stats.size;
  } catch (error) {
    request.signal.throwIfAborted();
    if (isOptmlError(error)) throw error;
    throw cannotRead(request.file, (error as Error).message, error);
  } finally {
    await handle?.close();
  }
}

function cannotRead(file: string, why: string, cause?: unknown): OptmlError {
  return new OptmlError('S3_FAILED', `cannot read ${file} to upload it: ${why}`, {
    where: file,
    fix: 'Check that the file is there and readable.',
    cause,
  });
}

async function uploadWhole(request: Upload, source: Source): Promise<void> {
  await request.buffers.use(request.signal, async (buffer) => {
    const body = await readPart(source, request.file, { buffer, start: 0, bytes: source.stats.size });
    await checkUnchanged(source, request.file);
    await putObject(request, body, crc32(body));
  });
}

/** Creates an object of these bytes by one request, and checks it. */
export async function putObject(request: Omit<Upload, 'buffers' | 'file'>, body: Buffer, crc: number): Promise<void> {
  const { session, location, signal } = request;
  const sum = crc32Bytes(crc).toString('base64');
  const answer = await session.request(upload(location, 'PutObject'), signal, (client, options) =>
    client.send(
      withHeaders(
        new PutObjectCommand({
          Bucket: location.bucket,
          Key: location.key,
          Body: body,
          ChecksumCRC32: sum,
          ...encryptionOf(request),
        }),
        body.length >= ASKED_FROM_BYTES ? { ...UNSIGNED_BODY, expect: '100-continue' } : UNSIGNED_BODY,
      ),
      options,
    ),
  );
  await checkStored(request, body.length, sum, answer.ChecksumCRC32);
  request.onBytes?.(body.length);
}

// S3 is asked before larger bodies are sent: what is refused meanwhile would end in a broken connection instead of an answer.
const ASKED_FROM_BYTES = 128 * 1024;
