import { createHash } from 'node:crypto';
import type { ServiceRequest } from '../http/service.ts';
import { ServiceError } from '../http/service-error.ts';

/**
 * Reads the whole body of a request into memory, and compares it with the hash that its signature covers.
 *
 * @throws ServiceError for a body of more than `mostBytes`, and for other bytes than those that were signed.
 */
export async function readBody({ body, caller }: ServiceRequest, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) {
      throw new ServiceError('RequestEntityTooLargeException', 413, `The request has more than ${mostBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks, length);
  const { payload } = caller;
  if (payload.kind !== 'hash' || payload.sha256 === createHash('sha256').update(bytes).digest('hex')) return bytes;
  throw new ServiceError(
    'InvalidSignatureException',
    403,
    'The body of the request is not the one that its signature covers: X-Amz-Content-SHA256 differs.',
  );
}
