import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Slots } from '../../../concurrency/slots.ts';
import { threadFile } from '../../../process/thread-file.ts';
import type { PartSums } from '../../../storage/content-sums.ts';
import { CHUNK_BYTES, type Piece, type PieceError, sumPiece } from './sum-piece.ts';

/** Sums pieces of files, a batch at a time. */
export interface PieceSums {
  readonly atOnce: number;
  sum(pieces: readonly Piece[], signal: AbortSignal): Promise<readonly (PartSums | PieceError)[]>;
  close(): Promise<void>;
}

const MOST_THREADS = 4;

/** Sums on this thread: for so little content that the start of a thread would take longer. */
export function sumHere(): PieceSums {
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  return {
    atOnce: 1,
    sum: async (pieces, signal) => {
      await new Promise(setImmediate);
      signal.throwIfAborted();
      return pieces.map((piece) => sumPiece(piece, chunk));
    },
    close: async () => undefined,
  };
}

/** Sums on several threads. */
export function sumOnThreads(): PieceSums {
  const count = Math.min(availableParallelism(), MOST_THREADS);
  const workers: Worker[] = [];
  const slots = new Slots<Worker>(count, () => {
    const worker = new Worker(threadFile('#estimator/upload/sums/sum-worker'));
    workers.push(worker);
    return worker;
  });
  return {
    atOnce: count,
    sum: (pieces, signal) =>
      slots.use(signal, async (worker) => {
        worker.postMessage(pieces);
        const [sums] = (await once(worker, 'message', { signal })) as [readonly (PartSums | PieceError)[]];
        return sums;
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
