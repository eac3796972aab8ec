import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Slots } from '../../concurrency/slots.ts';
import type { S3Location } from '../../contract/location.ts';
import { OptmlError } from '../../errors/error.ts';
import type { S3Session } from '../s3-session.ts';

/** Parts under way at the same time, over all uploads; each has a buffer. */
export const MOST_PARTS = 4;

/** One upload. */
export interface Upload {
  readonly session: S3Session;
  /** Buffers of `PART_BYTES`. */
  readonly buffers: Slots<Buffer>;
  readonly location: S3Location;
  readonly file: string;
  readonly signal: AbortSignal;
  readonly onBytes: ((bytes: number) => void) | undefined;
  /** The KMS key that encrypts the object; undefined: as the bucket does by default. */
  readonly kmsKeyId?: string | undefined;
}

/** The members of a request that creates an object, about its encryption. */
export function encryptionOf({ kmsKeyId }: Pick<Upload, 'kmsKeyId'>) {
  return kmsKeyId === undefined ? {} : ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId } as const);
}

/** The open file, and what it was when it was opened. */
export interface Source {
  readonly handle: FileHandle;
  readonly stats: Stats;
}

/** The body is vouched for by its CRC-32, which is signed; a SHA-256 of it would cost more than sending it. */
export const UNSIGNED_BODY = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };

/** Reads a part of the file into the buffer. @throws OptmlError S3_FAILED when the file is shorter than it was. */
export async function readPart(
  { handle }: Source,
  file: string,
  { buffer, start, bytes }: { readonly buffer: Buffer; readonly start: number; readonly bytes: number },
): Promise<Buffer> {
  for (let filled = 0; filled < bytes; ) {
    const { bytesRead } = await handle.read(buffer, filled, bytes - filled, start + filled);
    if (bytesRead === 0) throw fileChanged(file);
    filled += bytesRead;
  }
  return buffer.subarray(0, bytes);
}

/** To be asked when all was read and nothing of it can be seen in S3 yet. */
export async function checkUnchanged({ handle, stats }: Source, file: string): Promise<void> {
  const now = await handle.stat();
  if (now.size !== stats.size || now.mtimeMs !== stats.mtimeMs) throw fileChanged(file);
}

/** The error for a file that is not the one any more that was to be uploaded. */
export function fileChanged(file: string): OptmlError {
  return new OptmlError('S3_FAILED', `${file} changed while it was being uploaded`, {
    where: file,
    fix: 'Finish writing a file before it is uploaded; write elsewhere and rename.',
  });
}
