import type { IncomingMessage } from 'node:http';
import type { S3Location } from '../../contract/location.ts';
import { lookAtObject } from '../head-object.ts';
import type { TransferOptions } from '../object-storage.ts';
import { getObject } from '../operations.ts';
import { explainS3Error } from '../s3-errors.ts';
import type { S3Session } from '../s3-session.ts';
import { ObjectChanged, SlowAnswer, TransferError } from '../transfer-error.ts';
import { getContent } from './get-content.ts';

// Answers in a row that bring next to nothing before they break off.
const MOST_POOR_ANSWERS = 6;
const POOR_BYTES = 1024;

/**
 * The content of an object as it comes; where the stream breaks off, the next request goes on there. Leaving the loop early
 * closes the connection.
 *
 * @throws OptmlError S3_NOT_FOUND, S3_REFUSED, S3_FAILED, also for an object that changes meanwhile.
 */
export async function* readObject(
  session: S3Session,
  location: S3Location,
  signal: AbortSignal,
  onBytes: TransferOptions['onBytes'],
): AsyncGenerator<Buffer> {
  const facts = await lookAtObject(session, location, signal);
  const request = { session, location, signal };
  let at = 0;
  let broken: unknown;
  let poor = 0;
  const open = async (): Promise<IncomingMessage> => {
    const error = broken;
    broken = undefined;
    if (error !== undefined) throw error;
    return (await getContent(request, facts, { start: at, end: facts.bytes })).body;
  };
  const explain = (error: unknown) => explainS3Error(error, getObject(location), poor);
  while (at < facts.bytes) {
    const start = at;
    const body = await session.attempt(getObject(location), signal, open).catch((error: unknown) => {
      throw error instanceof ObjectChanged ? explain(error) : error;
    });
    const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    try {
      for (;;) {
        const next = await chunks.next().catch((error: unknown) => {
          broken = error;
        });
        if (next === undefined || next.done) break;
        at += next.value.length;
        if (at > facts.bytes) throw explain(new TransferError('the body is longer than was asked for'));
        onBytes?.(next.value.length);
        yield next.value;
      }
    } finally {
      body.destroy();
    }
    if (at === facts.bytes) return;
    broken ??= new TransferError(`the answer ended after ${at} of ${facts.bytes} bytes`);
    poor = broken instanceof SlowAnswer || at - start < POOR_BYTES ? poor + 1 : 0;
    // Without an ETag nothing says that the rest would be of the same object.
    if (poor === MOST_POOR_ANSWERS || facts.etag === undefined) throw explain(broken);
  }
}
