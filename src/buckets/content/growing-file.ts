import {
  close,
  closeSync,
  fchmodSync,
  fstatSync,
  fsync,
  ftruncate,
  openSync,
  read,
  renameSync,
  rmSync,
  write,
  writeSync,
  writev,
} from 'node:fs';
import { promisify } from 'node:util';
import { cloner } from '../../job-tree/copy/clone-content.ts';
import type { MemoryBudget } from './memory-budget.ts';

const closeLater = promisify(close);
const readLater = promisify(read);
const syncLater = promisify(fsync);
const truncateLater = promisify(ftruncate);
const writeLater = promisify(write);
const writeAllLater = promisify(writev);

/** From this size on, it is worth to try a clone. Also the size of a step of a copy. */
const LARGE_BYTES = 1 << 20;

/** How a file grows. */
export interface GrowingFileOptions {
  /** Of a file that does not exist. */
  readonly path: string;
  readonly mode: number;
  /** Whether the content is on disk when the file is finished. */
  readonly isDurable: boolean;
  readonly budget: MemoryBudget;
}

/** A file that is written from its start to its end under a temporary name. A small one is made only when it is finished. */
export class GrowingFile {
  readonly #options: GrowingFileOptions;
  #descriptor: number | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #written = 0;
  #size = 0;
  #flushing: Promise<void> | undefined;

  constructor(options: GrowingFileOptions) {
    this.#options = options;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  get path(): string {
    return this.#options.path;
  }

  /** Appends a chunk, which the caller does not change any more. Resolves when more can be taken. @throws the system's error. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#take(chunk);
    if (this.#waitingBytes < this.#options.budget.blockBytes()) return;
    await this.#flushing;
    this.#flushing = this.#flush();
    // The next call throws it.
    this.#flushing.catch(() => undefined);
  }

  /**
   * Appends bytes of an open file. `onBytes` is called for each step, and may throw to end the copy.
   *
   * @throws the system's error.
   */
  async copyFrom(descriptor: number, start: number, end: number, onBytes?: (bytes: number) => void): Promise<void> {
    await this.#flushAll();
    const isCloned =
      this.#written === 0 && start === 0 && isMost(descriptor, end) && (await this.#clone(descriptor, end));
    if (isCloned) onBytes?.(end);
    else await this.#copyBytes(descriptor, { start, end }, onBytes);
    this.#size += end - start;
  }

  /** Takes the file at `path` itself as the content so far: it is not there any more. @throws the system's error: EXDEV. */
  take(path: string): void {
    renameSync(path, this.path);
    this.#descriptor = openSync(this.path, 'r+');
    fchmodSync(this.#descriptor, this.#options.mode);
    this.#written = fstatSync(this.#descriptor).size;
    this.#size = this.#written;
  }

  /** Appends the last bytes, and closes the file, which is complete then. @throws the system's error. */
  async finish(last: Uint8Array | undefined): Promise<void> {
    const isSmall = this.#descriptor === undefined && !this.#options.isDurable;
    if (last !== undefined) this.#take(last);
    // Going through the thread pool would take longer than the writing.
    if (isSmall) this.#writeNow();
    else await this.#flushAll();
    const descriptor = this.#open();
    if (this.#options.isDurable) await syncLater(descriptor);
    this.#descriptor = undefined;
    if (isSmall) closeSync(descriptor);
    else await closeLater(descriptor);
  }

  /** Removes the file. Nothing else may be called afterwards. */
  async discard(): Promise<void> {
    await this.#flushing?.catch(() => undefined);
    this.#free();
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) await closeLater(descriptor);
    rmSync(this.path, { force: true });
  }

  #open(): number {
    this.#descriptor ??= openSync(this.path, 'wx+', this.#options.mode);
    return this.#descriptor;
  }

  #take(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    this.#size += chunk.length;
    this.#options.budget.hold(chunk.length);
  }

  #free(): void {
    this.#options.budget.free(this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  async #flushAll(): Promise<void> {
    await this.#flushing;
    this.#flushing = undefined;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    let chunks = this.#waiting;
    const bytes = this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    try {
      while (chunks.length > 0) {
        const { bytesWritten } = await writeAllLater(this.#open(), chunks, this.#written);
        this.#written += bytesWritten;
        chunks = without(chunks, bytesWritten);
      }
    } finally {
      this.#options.budget.free(bytes);
    }
  }

  #writeNow(): void {
    const content = Buffer.concat(this.#waiting);
    const descriptor = this.#open();
    for (let done = 0; done < content.length; ) done += writeSync(descriptor, content, done);
    this.#free();
  }

  /** Shares the data on disk, where the file system can. */
  async #clone(source: number, end: number): Promise<boolean> {
    const descriptor = this.#open();
    const { mode } = fstatSync(descriptor);
    if (!(await cloner()(source, descriptor))) return false;
    // The copy has the permissions of its source.
    fchmodSync(descriptor, mode & 0o777);
    await truncateLater(descriptor, end);
    this.#written = end;
    return true;
  }

  async #copyBytes(
    source: number,
    { start, end }: { readonly start: number; readonly end: number },
    onBytes?: (bytes: number) => void,
  ): Promise<void> {
    const block = Buffer.allocUnsafeSlow(Math.min(LARGE_BYTES, Math.max(1, end - start)));
    for (let at = start; at < end; ) {
      const { bytesRead } = await readLater(source, block, 0, Math.min(block.length, end - at), at);
      if (bytesRead === 0) throw new Error('the file has become shorter while it was copied');
      for (let done = 0; done < bytesRead; ) {
        const { bytesWritten } = await writeLater(this.#open(), block, done, bytesRead - done, this.#written);
        done += bytesWritten;
        this.#written += bytesWritten;
      }
      at += bytesRead;
      onBytes?.(bytesRead);
    }
  }
}

/** Whether the bytes up to `end` are large, and nearly all of the file: behind them there is at most what is kept with them. */
function isMost(descriptor: number, end: number): boolean {
  return process.platform === 'linux' && end >= LARGE_BYTES && fstatSync(descriptor).size - end < LARGE_BYTES;
}

/** What remains of the chunks when their first bytes are written. */
function without(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  let count = 0;
  for (const chunk of chunks) {
    if (chunk.length > left) break;
    left -= chunk.length;
    count++;
  }
  const [first, ...rest] = chunks.slice(count);
  return first === undefined ? [] : [first.subarray(left), ...rest];
}
