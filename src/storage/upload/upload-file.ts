import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { crc32Bytes } from '../../checksum/digest.ts';
import { isOptmlError, OptmlError } from '../../errors/error.ts';
import { openInputHandle } from '../../job-tree/input/input-handle.ts';
import { upload } from '../operations.ts';
import { PART_BYTES } from '../part-sizes.ts';
import { watched, withHeaders } from '../s3-session.ts';
import type { SentRequest } from '../signed-puts.ts';
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
  const sum = crc32Bytes(crc).toString('base64');
  const stored = (await putSigned(request, body, sum)) ?? (await putBySdk(request, body, sum));
  await checkStored(request, body.length, sum, stored.sum);
  request.onBytes?.(body.length);
}

type Put = Omit<Upload, 'buffers' | 'file'>;

/** The sum that S3 has found itself, if it reports one. */
interface Stored {
  readonly sum: string | undefined;
}

async function putSigned(request: Put, body: Buffer, sum: string): Promise<Stored | undefined> {
  const { session, location, signal, kmsKeyId } = request;
  if (body.length >= ASKED_FROM_BYTES) return undefined;
  const headers = {
    ...UNSIGNED_BODY,
    'x-amz-checksum-crc32': sum,
    ...(kmsKeyId !== undefined && {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyId,
    }),
  };
  const answer = await session.puts.put(location, { headers, body }, signal);
  return answer && { sum: answer['x-amz-checksum-crc32'] };
}

async function putBySdk(request: Put, body: Buffer, sum: string): Promise<Stored> {
  const { session, location, signal } = request;
  const answer = await session.request(upload(location, 'PutObject'), signal, async (client, options) => {
    let sent: SentRequest | undefined;
    const command = new PutObjectCommand({
      Bucket: location.bucket,
      Key: location.key,
      Body: body,
      ChecksumCRC32: sum,
      ...encryptionOf(request),
    });
    const headers = body.length >= ASKED_FROM_BYTES ? { ...UNSIGNED_BODY, expect: '100-continue' } : UNSIGNED_BODY;
    const watching = watched(withHeaders(command, headers), (each) => {
      sent = each;
    });
    const stored = await client.send(watching, options);
    if (sent !== undefined) await session.puts.learn(location, sent, client);
    return stored;
  });
  return { sum: answer.ChecksumCRC32 };
}

// S3 is asked before larger bodies are sent: what is refused meanwhile would end in a broken connection instead of an answer.
const ASKED_FROM_BYTES = 128 * 1024;
