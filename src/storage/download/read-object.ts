import type { IncomingMessage } from 'node:http';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Location } from '../../contract/location.ts';
import { lookAtObject } from '../head-object.ts';
import { bodyOf } from '../http-handler.ts';
import type { TransferOptions } from '../object-storage.ts';
import { getObject } from '../operations.ts';
import type { S3Session } from '../s3-session.ts';
import { TransferError } from '../transfer-error.ts';

/**
 * The content of an object as it comes; where the stream breaks off, the next request goes on there. Leaving the loop early
 * closes the connection.
 *
 * @throws OptmlError S3_NOT_FOUND, S3_REFUSED, S3_FAILED.
 */
export async function* readObject(
  session: S3Session,
  location: S3Location,
  signal: AbortSignal,
  onBytes: TransferOptions['onBytes'],
): AsyncGenerator<Buffer> {
  const { bytes, etag } = await lookAtObject(session, location, signal);
  let at = 0;
  let broken: unknown;
  const open = async (): Promise<IncomingMessage> => {
    if (broken !== undefined) {
      const error = broken;
      broken = undefined;
      throw error;
    }
    const answer = await session.send(getObject(location), signal, (client, options) =>
      client.send(
        new GetObjectCommand({
          Bucket: location.bucket,
          Key: location.key,
          Range: `bytes=${at}-${bytes - 1}`,
          ...(etag !== undefined && { IfMatch: etag }),
        }),
        options,
      ),
    );
    return bodyOf(answer);
  };
  while (at < bytes) {
    const body = await session.attempt(getObject(location), signal, open);
    const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    try {
      for (;;) {
        const next = await chunks.next().catch((error: unknown) => {
          broken = error;
        });
        if (next === undefined || next.done) break;
        at += next.value.length;
        onBytes?.(next.value.length);
        yield next.value;
      }
    } finally {
      body.destroy();
    }
    if (at < bytes) broken ??= new TransferError(`the answer ended after ${at} of ${bytes} bytes`);
  }
}
