import { writeSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { readDirectly } from './reading-agents.ts';
import { TransferError, WriteError } from './transfer-error.ts';

/** A range of an object that is being written to its place in a file. Kept over attempts: the next goes on where one broke off. */
export interface Piece {
  readonly descriptor: number;
  /** Where the next byte belongs, in the file as in the object. */
  at: number;
  /** Offset after the last byte. */
  readonly end: number;
  /** Told of every chunk in order, once it is written. */
  readonly onChunk: (chunk: Uint8Array) => void;
}

/**
 * Writes a body to the piece's place until it ends. Each chunk is written at once, without the thread pool: it lies in the
 * connection's one buffer.
 *
 * @throws TransferError when it is cut off or longer than the piece; system errors of the connection; {@link WriteError}.
 */
export function writeBody(body: IncomingMessage, piece: Piece): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(error);
      body.removeListener('data', take);
      if (!body.destroyed) body.destroy();
    };
    const take = (chunk: Buffer) => {
      if (piece.at + chunk.length > piece.end) {
        fail(new TransferError('the body is longer than was asked for'));
        return;
      }
      try {
        writeWhole(piece.descriptor, chunk, piece.at);
      } catch (error) {
        fail(new WriteError(error as Error));
        return;
      }
      piece.at += chunk.length;
      piece.onChunk(chunk);
    };
    const cutOff = () => new TransferError(`the body was cut off ${piece.end - piece.at} bytes early`);
    if (body.destroyed) {
      // It broke before anybody listened.
      fail(body.errored ?? cutOff());
      return;
    }
    readDirectly(body);
    body.on('data', take);
    body.once('end', () => (piece.at === piece.end ? resolve() : fail(cutOff())));
    // Of no effect where the promise is settled.
    body.on('error', fail);
    body.once('close', () => fail(cutOff()));
  });
}

// A short write is no error to the system; the next one tells, for example that the disk is full.
function writeWhole(descriptor: number, chunk: Buffer, position: number): void {
  for (let written = 0; written < chunk.length; ) {
    written += writeSync(descriptor, chunk, written, chunk.length - written, position + written);
  }
}
