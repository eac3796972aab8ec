import type { IncomingMessage } from 'node:http';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { S3Location } from '../../contract/location.ts';
import type { ObjectFacts } from '../head-object.ts';
import { bodyOf } from '../http-handler.ts';
import { getObject } from '../operations.ts';
import { statusOf } from '../s3-errors.ts';
import { type S3Session, withHeaders } from '../s3-session.ts';
import { ObjectChanged, TransferError } from '../transfer-error.ts';

/** What is asked for. */
export interface ContentRequest {
  readonly session: S3Session;
  readonly location: S3Location;
  readonly signal: AbortSignal;
}

/** Offsets of the first byte and after the last one. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A body, and what its answer says about the object. */
export interface Content {
  readonly answer: GetObjectCommandOutput;
  readonly body: IncomingMessage;
}

/**
 * Asks once, without retries, for the content of the object that `facts` are about, whole or a range of it. Not every
 * server heeds `If-Match`: the answer itself has to say that it is the same object.
 *
 * @throws ObjectChanged for another one; TransferError for another range; errors of the SDK.
 */
export async function getContent(
  { session, location, signal }: ContentRequest,
  { bytes, etag }: ObjectFacts,
  range?: ByteRange,
): Promise<Content> {
  const bytesAsked = range && `bytes=${range.start}-${range.end - 1}`;
  const answer = await session.send(getObject(location), signal, (client, options) => {
    const command = new GetObjectCommand({
      Bucket: location.bucket,
      Key: location.key,
      ...(bytesAsked !== undefined && { Range: bytesAsked }),
      ...(etag !== undefined && { IfMatch: etag }),
    });
    // By the member of that name the SDK would check by itself, with a copy of everything. A range has no sum.
    const headers = range === undefined ? { 'x-amz-checksum-mode': 'ENABLED' } : {};
    return client.send(withHeaders(command, headers), options).catch(changedOr);
  });
  const body = bodyOf(answer);
  const wrong = wrongVersion(answer, etag, range) ?? wrongRange(answer, bytesAsked, bytes);
  if (wrong === undefined) return { answer, body };
  body.destroy();
  throw wrong;
}

function changedOr(error: unknown): never {
  const status = statusOf(error);
  throw status === 412 || status === 416 ? changed() : error;
}

function changed(): ObjectChanged {
  return new ObjectChanged('it changed while it was being downloaded');
}

function wrongVersion(answer: GetObjectCommandOutput, etag: string | undefined, range: ByteRange | undefined) {
  if (etag === undefined || answer.ETag === etag) return undefined;
  if (answer.ETag !== undefined) return changed();
  // A whole object is of one version, whichever.
  return range && new TransferError('the answer has no ETag, so nothing says that it is the same object');
}

function wrongRange(answer: GetObjectCommandOutput, asked: string | undefined, bytes: number) {
  if (asked === undefined || answer.ContentRange === `${asked.replace('=', ' ')}/${bytes}`) return undefined;
  return new TransferError(`${asked} was asked for, and ${answer.ContentRange ?? 'the whole'} came`);
}
