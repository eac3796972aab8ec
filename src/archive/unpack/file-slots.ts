import { type EntryFacts, permissionsOf, writeNewFile } from './file-writer.ts';

/** How many parcels of files exist at the same time. */
export const SLOTS = 4;
/** Room for the files of one parcel, in bytes. */
export const SLOT_BYTES = 256 * 1024;

// Per slot: its next step, where its first record is that is not written yet, and where they end.
const FREE = 0;
const FULL = 1;
const TAKEN = 2;
const FAILED = 3;
const [STATE, START, END] = [0, 1, 2];
const WORDS_PER_SLOT = 3;
// Before those: whether all is over, and a number that grows with every parcel.
const IS_OVER = 0;
const CALLS = 1;
const COMMON_WORDS = 2;
const CONTROL_BYTES = (COMMON_WORDS + SLOTS * WORDS_PER_SLOT) * Int32Array.BYTES_PER_ELEMENT;

// Of a record: lengths of path and content and the mode, 4 bytes each, then the time, in milliseconds.
const RECORD_HEADER_BYTES = 20;
// A thread that waits looks this often, in case no call comes.
const WAIT_MS = 1000;

/** A small file on its way. */
export interface SmallFile extends EntryFacts {
  /** Absolute. */
  readonly path: Buffer;
  /** Of its content. */
  readonly bytes: number;
}

/** Bytes that a file takes of a slot. */
export function recordBytes({ path, bytes }: Pick<SmallFile, 'path' | 'bytes'>): number {
  return RECORD_HEADER_BYTES + path.length + bytes;
}

/** Runs the writing of one file; `path` is absolute. */
export type AroundFile = (path: Buffer, write: () => void) => void;

/**
 * Parcels of small files in memory that two threads share: one fills them, and the thread that has time writes them to
 * the disk. The memory is used again and again.
 */
export class FileSlots {
  readonly memory: SharedArrayBuffer;
  readonly #control: Int32Array;
  readonly #bytes: Buffer;

  constructor(memory = new SharedArrayBuffer(CONTROL_BYTES + SLOTS * SLOT_BYTES)) {
    this.memory = memory;
    this.#control = new Int32Array(memory, 0, CONTROL_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.#bytes = Buffer.from(memory, CONTROL_BYTES);
  }

  isFree(slot: number): boolean {
    return Atomics.load(this.#control, wordOf(slot, STATE)) === FREE;
  }

  /** Begins the record of a file at `at` in the slot. Gives the place of its content, to be filled. */
  begin(slot: number, at: number, file: SmallFile): Buffer {
    const { path, time, bytes } = file;
    const record = this.#record(slot, at);
    record.writeUInt32LE(path.length, 0);
    record.writeUInt32LE(bytes, 4);
    record.writeUInt32LE(permissionsOf(file), 8);
    record.writeDoubleLE(time?.getTime() ?? Number.NaN, 12);
    path.copy(record, RECORD_HEADER_BYTES);
    const start = RECORD_HEADER_BYTES + path.length;
    return record.subarray(start, start + bytes);
  }

  /** Has the slot's records, which end at `end`, to be written. */
  publish(slot: number, end: number): void {
    this.#set(slot, START, 0);
    this.#set(slot, END, end);
    this.#set(slot, STATE, FULL);
    this.#call();
  }

  /** Takes a slot that must be written, for the thread that asks first; `again`: or could not be written. */
  take(slot: number, again = false): boolean {
    const at = wordOf(slot, STATE);
    if (Atomics.compareExchange(this.#control, at, FULL, TAKEN) === FULL) return true;
    return again && Atomics.compareExchange(this.#control, at, FAILED, TAKEN) === FAILED;
  }

  /**
   * Writes the files of a slot that was taken, and frees it.
   *
   * @throws What `around` throws: the slot stays, from the file on that could not be written.
   */
  write(slot: number, around: AroundFile = (_, write) => write()): void {
    const end = Atomics.load(this.#control, wordOf(slot, END));
    try {
      for (let at = Atomics.load(this.#control, wordOf(slot, START)); at < end; ) {
        at += this.#writeRecord(this.#record(slot, at), around);
        this.#set(slot, START, at);
      }
      this.free(slot);
    } catch (error) {
      this.#set(slot, STATE, FAILED);
      throw error;
    } finally {
      Atomics.notify(this.#control, wordOf(slot, STATE));
    }
  }

  /** Frees a slot that was taken, without writing. */
  free(slot: number): void {
    this.#set(slot, STATE, FREE);
  }

  /** Waits while another thread writes the slot. */
  awaitWriting(slot: number): void {
    const at = wordOf(slot, STATE);
    while (Atomics.load(this.#control, at) === TAKEN) Atomics.wait(this.#control, at, TAKEN, WAIT_MS);
  }

  /** Writes what is published until all is over, for a thread that does nothing else. */
  writeUntilOver(): void {
    while (Atomics.load(this.#control, IS_OVER) === 0) {
      const calls = Atomics.load(this.#control, CALLS);
      let isBusy = false;
      for (let slot = 0; slot < SLOTS; slot++) {
        if (!this.take(slot)) continue;
        isBusy = true;
        try {
          this.write(slot);
        } catch {
          // The other thread takes the slot again, and meets the error, or none, itself.
        }
      }
      if (!isBusy) Atomics.wait(this.#control, CALLS, calls, WAIT_MS);
    }
  }

  /** Ends {@link writeUntilOver}. */
  end(): void {
    Atomics.store(this.#control, IS_OVER, 1);
    this.#call();
  }

  #call(): void {
    Atomics.add(this.#control, CALLS, 1);
    Atomics.notify(this.#control, CALLS);
  }

  #writeRecord(record: Buffer, around: AroundFile): number {
    const pathBytes = record.readUInt32LE(0);
    const bytes = record.readUInt32LE(4);
    const mode = record.readUInt32LE(8);
    const milliseconds = record.readDoubleLE(12);
    const start = RECORD_HEADER_BYTES + pathBytes;
    // A copy: the file system functions take no shared memory as a path.
    const path = Buffer.from(record.subarray(RECORD_HEADER_BYTES, start));
    const time = Number.isNaN(milliseconds) ? undefined : new Date(milliseconds);
    around(path, () => writeNewFile(path, { mode, time }, record.subarray(start, start + bytes)));
    return start + bytes;
  }

  #record(slot: number, at: number): Buffer {
    return this.#bytes.subarray(slot * SLOT_BYTES + at, (slot + 1) * SLOT_BYTES);
  }

  #set(slot: number, word: number, value: number): void {
    Atomics.store(this.#control, wordOf(slot, word), value);
  }
}

function wordOf(slot: number, word: number): number {
  return COMMON_WORDS + slot * WORDS_PER_SLOT + word;
}
