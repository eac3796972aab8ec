import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { threadFile } from '../../process/thread-file.ts';
import { type AroundFile, FileSlots, recordBytes, SLOT_BYTES, SLOTS, type SmallFile } from './file-slots.ts';
import type { ContentWriter } from './file-writer.ts';

/** Files up to this size are gathered and written together, in bytes. */
export const MOST_SMALL_BYTES = 64 * 1024;
// Of a parcel, so that those of tiny files are shared too.
const MOST_FILES = 64;
// So many parcels are worth the start of a thread.
const PARCELS_BEFORE_THREAD = 12;

/**
 * Writes small files, by two threads when there are many: to make files is what takes longest with them, and a thread does
 * one after the other. Files are there for certain after {@link finish} only.
 */
export class SmallFiles {
  readonly #around: AroundFile;
  readonly #slots = new FileSlots();
  #current = 0;
  /** Of the current slot: bytes, and files. */
  #filled = 0;
  #files = 0;
  #parcels = 0;
  #worker: Worker | undefined;

  /** `around` runs each writing that happens on this thread: what it throws comes out of any of the methods here. */
  constructor(around: AroundFile) {
    this.#around = around;
  }

  /** Gives what takes the content of a file of at most {@link MOST_SMALL_BYTES} bytes. */
  add(file: SmallFile): ContentWriter {
    if (this.#files === MOST_FILES || this.#filled + recordBytes(file) > SLOT_BYTES) this.#next();
    const content = this.#slots.begin(this.#current, this.#filled, file);
    let at = 0;
    return {
      write: (chunk) => {
        at += chunk.copy(content, at);
      },
      skip: (bytes) => {
        content.fill(0, at, at + bytes);
        at += bytes;
      },
      finish: () => {
        this.#filled += recordBytes(file);
        this.#files++;
      },
      close: () => undefined,
    };
  }

  /** Has all files written that were added. */
  finish(): void {
    this.#publish();
    for (let slot = 0; slot < SLOTS; slot++) this.#settle(slot);
  }

  /** Ends the other thread; what it has not begun to write is not written any more. */
  close(): void {
    this.#slots.end();
    for (let slot = 0; slot < SLOTS; slot++) {
      // Now no other thread takes it.
      if (this.#slots.take(slot, true)) this.#slots.free(slot);
      else this.#slots.awaitWriting(slot);
    }
    void this.#worker?.terminate();
  }

  #next(): void {
    this.#publish();
    if (++this.#parcels === PARCELS_BEFORE_THREAD && availableParallelism() > 1)
      this.#worker = startWorker(this.#slots);
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.#slots.isFree(slot)) {
        this.#current = slot;
        return;
      }
    }
    // The other thread does not keep up, or there is none.
    this.#current = (this.#current + 1) % SLOTS;
    this.#settle(this.#current);
  }

  #publish(): void {
    if (this.#filled === 0) return;
    this.#slots.publish(this.#current, this.#filled);
    this.#filled = 0;
    this.#files = 0;
  }

  // Afterwards it is free.
  #settle(slot: number): void {
    while (!this.#slots.isFree(slot)) {
      if (this.#slots.take(slot, true)) this.#slots.write(slot, this.#around);
      else this.#slots.awaitWriting(slot);
    }
  }
}

// If no thread can be started (limits of processes include threads), this one writes all of them.
function startWorker(slots: FileSlots): Worker | undefined {
  try {
    const worker = new Worker(threadFile('#archive/unpack/small-files-worker'), { workerData: slots.memory });
    worker.on('error', () => undefined);
    worker.unref();
    return worker;
  } catch {
    return undefined;
  }
}
