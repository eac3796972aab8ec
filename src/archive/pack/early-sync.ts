import type { FileHandle } from 'node:fs/promises';

// Of content. Often enough to leave little for the end, seldom enough to cost nothing.
const EVERY_BYTES = 32 * 1024 * 1024;

/**
 * Brings what a file holds so far to disk while more is written to it, so that little has to be waited for at the end.
 * The first call after an error of the disk reports it: {@link EarlySync.finish} throws it in any case.
 */
export class EarlySync {
  readonly #target: FileHandle;
  #underWay: Promise<void> | undefined;
  #bytes = 0;

  constructor(target: FileHandle) {
    this.#target = target;
  }

  /** The same chunks, of what the file is made from. */
  async *alongside(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      yield chunk;
      this.add(chunk.length);
    }
  }

  /** Says that so many bytes more have been written, or soon will be. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes >= EVERY_BYTES) this.#start();
  }

  /** Has the whole file on disk. */
  async finish(): Promise<void> {
    await this.#underWay;
    await this.#target.sync();
  }

  #start(): void {
    // After one that failed none follows.
    if (this.#underWay !== undefined) return;
    this.#bytes = 0;
    this.#underWay = this.#target.datasync().then(() => {
      this.#underWay = undefined;
    });
    // It is awaited at the end.
    this.#underWay.catch(() => undefined);
  }
}
