import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ServiceAnswer } from './service.ts';

/**
 * Sends an answer, as fast as the client reads. Resolves when it was sent, or the client has gone. The answer ends after
 * `beforeEnd`, since its end may close the connection.
 *
 * @throws what its body throws.
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: ServiceAnswer,
  beforeEnd: Promise<void> | undefined,
): Promise<void> {
  const { status, headers = {}, body } = answer;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, headerText(value));
  if (body instanceof Readable) return sendStream(response, body);
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array());
  const hasLength = status !== 204 && status !== 304 && status >= 200;
  if (hasLength && !response.hasHeader('content-length')) response.setHeader('Content-Length', bytes.length);
  if (beforeEnd !== undefined) {
    if (bytes.length === 0) response.flushHeaders();
    else response.write(bytes);
    await beforeEnd;
    response.end();
    return undefined;
  }
  response.end(bytes);
  return undefined;
}

async function sendStream(response: ServerResponse, body: Readable): Promise<void> {
  if (response.req.method === 'HEAD' || response.destroyed) {
    body.destroy();
    response.end();
    return;
  }
  let failure: unknown;
  body.once('error', (error) => {
    failure = error;
  });
  try {
    await pipeline(body, response);
  } catch (error) {
    // Else the client has gone, which is no error.
    if (failure !== undefined && !isPrematureClose(failure)) throw error;
  }
}

function isPrematureClose(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** Text beyond Latin-1 goes out as the bytes of its UTF-8. */
function headerText(value: string): string {
  return /[\u0100-\uffff]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value;
}
