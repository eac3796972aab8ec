import { Worker } from 'node:worker_threads';
import type { Algorithm } from '../../checksum/digest.ts';
import { threadFile } from '../../process/thread-file.ts';
import type { SumTask } from './sum-worker.ts';

/** Sums a file on a thread of its own while it is being written from front to back. */
export class FileSum {
  readonly #worker: Worker;
  readonly #result: Promise<Buffer>;

  /** `parts`: sizes of the parts of a composite sum in bytes, the last one repeated as long as needed. */
  constructor(file: string, algorithm: Algorithm, parts: readonly number[] = []) {
    const task: SumTask = { file, algorithm, parts };
    this.#worker = new Worker(threadFile('#storage/checksum/sum-worker'), { workerData: task });
    this.#result = new Promise((resolve, reject) => {
      this.#worker.once('message', (sum: Uint8Array) => resolve(Buffer.from(sum)));
      this.#worker.once('error', reject);
      this.#worker.once('exit', () => reject(new Error('the thread that sums ended early')));
    });
    // It is looked at when the file is whole; until then a failure waits.
    this.#result.catch(() => undefined);
  }

  /** Says that the file's first bytes, so many, are there. */
  isThere(bytes: number): void {
    this.#worker.postMessage(bytes);
  }

  /** The sum of the first `bytes` bytes, which is all of them. */
  async result(bytes: number): Promise<Buffer> {
    this.#worker.postMessage({ total: bytes });
    return await this.#result;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
