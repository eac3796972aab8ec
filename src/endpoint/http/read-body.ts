import type { IncomingMessage } from 'node:http';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';

/** A body in memory. */
export interface HeldBody {
  readonly bytes: Buffer;
  /** To be called once it is no longer needed. */
  readonly release: () => void;
}

/** Returns a function that reads bodies into memory, within a limit for each and one for all of them. @throws Refusal. */
export function bodyReader(limits: Limits): (request: IncomingMessage) => Promise<HeldBody> {
  let held = 0;

  return (request) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const release = () => {
        held -= size;
        size = 0;
        chunks.length = 0;
      };
      const refuse = (error: Error) => {
        clearTimeout(timer);
        release();
        request.off('data', take);
        reject(error);
      };
      const take = (chunk: Buffer) => {
        size += chunk.length;
        held += chunk.length;
        chunks.push(chunk);
        if (size > limits.bodyBytes) refuse(new Refusal('too-large'));
        else if (held > limits.heldBytes) refuse(new Refusal('too-many'));
      };
      if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) return reject(new Refusal('too-large'));
      const timer = setTimeout(() => refuse(new Refusal('too-slow')), limits.bodyMs);
      request.on('data', take);
      // The client has gone, and reads no answer.
      const onClose = () => refuse(new Error('the request ended before its body'));
      request.once('close', onClose);
      request.once('end', () => {
        request.off('close', onClose);
        clearTimeout(timer);
        resolve({ bytes: Buffer.concat(chunks, size), release });
      });
      return undefined;
    });
}
