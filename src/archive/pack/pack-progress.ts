import { setImmediate } from 'node:timers/promises';
import { monotonicMs } from '../../concurrency/clock.ts';
import type { JobFolder } from '../../job-tree/job-folder.ts';
import { walkTree } from '../../job-tree/walk-tree.ts';
import type { OnProgress } from '../../log/transfer-progress.ts';
import type { IsLeftOut } from './excluded.ts';

// Packing that is over by then is not worth a second walk to find out how much there is.
const QUIET_MS = 500;
// Of the second walk, between two turns of the event loop: signals and timers stay punctual.
const SLICE_MS = 10;

/** Reports the content that was read so far, and after half a second how much there is. */
export class PackProgress {
  readonly #folder: JobFolder | undefined;
  readonly #isLeftOut: IsLeftOut;
  readonly #onProgress: OnProgress | undefined;
  readonly #start = monotonicMs();
  #done = 0;
  #total: number | undefined;
  #counting: Promise<void> | undefined;
  #isStopped = false;

  constructor(folder: JobFolder | undefined, isLeftOut: IsLeftOut, onProgress: OnProgress | undefined) {
    this.#folder = folder;
    this.#isLeftOut = isLeftOut;
    this.#onProgress = onProgress;
  }

  /** Counts bytes that were read. */
  add(bytes: number): void {
    if (this.#onProgress === undefined) return;
    this.#done += bytes;
    if (this.#counting === undefined && monotonicMs() - this.#start > QUIET_MS) this.#counting = this.#count();
    this.#onProgress(this.#done, this.#total === undefined ? undefined : Math.max(this.#done, this.#total));
  }

  /** Ends the second walk. Afterwards the folder can be closed. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#counting;
  }

  /** Adds up the sizes of all files. The sum is an estimate: a file with several names counts several times. */
  async #count(): Promise<void> {
    if (this.#folder === undefined) return;
    let total = 0;
    let sliceEnd = monotonicMs() + SLICE_MS;
    try {
      for (const { stats } of walkTree(this.#folder, { isLeftOut: this.#isLeftOut, onError: () => undefined })) {
        if (stats.isFile()) total += stats.size;
        if (monotonicMs() < sliceEnd) continue;
        await setImmediate();
        if (this.#isStopped) return;
        sliceEnd = monotonicMs() + SLICE_MS;
      }
      this.#total = total;
    } catch {
      // The first walk finds the same problem, and reports it.
    }
  }
}
