import { writev } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { TransferError, WriteError } from '../transfer-error.ts';

/** A range of an object that is being written to its place in a file. Kept over attempts: the next goes on where one broke off. */
export interface Piece {
  readonly descriptor: number;
  /** Where the next byte belongs, in the file as in the object. */
  at: number;
  /** Offset after the last byte. */
  readonly end: number;
  /** Told of every chunk in order, as it comes. */
  readonly onChunk: (chunk: Uint8Array) => void;
}

// A body waits while so much of it is not written yet.
const MOST_WAITING_BYTES = 1024 * 1024;

/**
 * Writes a body to the piece's place until it ends. When this settles, all that `piece.at` counts has been written, and
 * nothing is written any more.
 *
 * @throws TransferError when it is cut off or longer than the piece; system errors of the connection; {@link WriteError}.
 */
export function writeBody(body: IncomingMessage, piece: Piece): Promise<void> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const writer = new Writer(piece.descriptor, piece.at, {
      onLess: () => body.resume(),
      onError: (error) => finish(new WriteError(error)),
    });
    const finish = (error?: unknown) => {
      if (isOver) return;
      isOver = true;
      body.removeListener('data', take);
      if (error !== undefined && !body.destroyed) body.destroy();
      writer.ended.then(
        () => (error === undefined ? resolve() : reject(error)),
        (failed) => reject(new WriteError(failed)),
      );
      writer.end();
    };
    const take = (chunk: Buffer) => {
      if (piece.at + chunk.length > piece.end) {
        finish(new TransferError('the body is longer than was asked for'));
        return;
      }
      piece.at += chunk.length;
      piece.onChunk(chunk);
      if (writer.write(chunk) > MOST_WAITING_BYTES) body.pause();
    };
    const cutOff = () => new TransferError(`the body was cut off ${piece.end - piece.at} bytes early`);
    if (body.destroyed) {
      // It broke before anybody listened.
      finish(body.errored ?? cutOff());
      return;
    }
    body.on('data', take);
    body.once('end', () => finish(piece.at === piece.end ? undefined : cutOff()));
    // Of no effect once it is over.
    body.on('error', finish);
    body.once('close', () => finish(cutOff()));
  });
}

/** Writes chunks one after the other, all that have come meanwhile together, beside the reading. */
class Writer {
  readonly ended: Promise<void>;
  readonly #descriptor: number;
  #at: number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isWriting = false;
  #isEnded = false;
  readonly #onLess: () => void;
  #settle!: (error?: Error) => void;

  constructor(
    descriptor: number,
    at: number,
    on: { readonly onLess: () => void; readonly onError: (error: Error) => void },
  ) {
    this.#descriptor = descriptor;
    this.#at = at;
    this.#onLess = on.onLess;
    this.ended = new Promise((resolve, reject) => {
      this.#settle = (error) => {
        if (error === undefined) {
          resolve();
          return;
        }
        reject(error);
        on.onError(error);
      };
    });
    this.ended.catch(() => undefined);
  }

  /** Gives how many bytes are not written yet. */
  write(chunk: Uint8Array): number {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (!this.#isWriting) this.#writeNext();
    return this.#waitingBytes;
  }

  end(): void {
    this.#isEnded = true;
    if (!this.#isWriting) this.#settle();
  }

  #writeNext(): void {
    const chunks = this.#waiting;
    if (chunks.length === 0) {
      if (this.#isEnded) this.#settle();
      return;
    }
    this.#isWriting = true;
    this.#waiting = [];
    writev(this.#descriptor, chunks, this.#at, (error, written) => {
      if (error !== null) {
        // Nothing more is written: `isWriting` stays.
        this.#settle(error);
        return;
      }
      this.#isWriting = false;
      this.#at += written;
      this.#waitingBytes -= written;
      // A short write is no error to the system; the next one tells, for example that the disk is full.
      this.#waiting = [...afterBytes(chunks, written), ...this.#waiting];
      if (!this.#isEnded && this.#waitingBytes <= MOST_WAITING_BYTES) this.#onLess();
      this.#writeNext();
    });
  }
}

function afterBytes(chunks: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let left = written;
  for (const [index, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(index + 1)];
    left -= chunk.length;
  }
  return [];
}
