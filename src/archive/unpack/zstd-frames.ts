import { fstatSync, readSync } from 'node:fs';
import { pauses } from '../../job-tree/pauses.ts';
import { DamagedArchive } from './unpack-errors.ts';

// Numbers of RFC 8878, sections 3.1.1 and 3.1.2.
const FRAME = 0xfd2fb528;
const FIRST_SKIPPABLE = 0x184d2a50;
const MOST_HEADER_BYTES = 18;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const RLE_BLOCK = 1;
// Headers of small blocks lie close together.
const WINDOW_BYTES = 64 * 1024;

/**
 * Checks that an open file consists of whole zstd frames (RFC 8878) and of nothing else, from their headers alone.
 * Decompressors disagree about what may follow the last one: Node ignores it; the program refuses it or, where it looks
 * like gzip or lz4, decompresses it as well.
 *
 * @throws DamagedArchive that names the first byte that belongs to no frame; system errors; the signal's reason.
 */
export async function checkZstdFrames(descriptor: number, signal: AbortSignal | undefined): Promise<void> {
  const { size } = fstatSync(descriptor);
  const file = new HeaderWindow(descriptor);
  const pause = pauses();
  for (let at = 0; at < size; ) {
    const frame = startOfBlocks(file, at);
    if (frame === undefined) throw new DamagedArchive(`something else than zstd follows at byte ${at}`);
    at = frame.start;
    for (let isLast = !frame.hasBlocks; !isLast && at < size; ) {
      await pause();
      signal?.throwIfAborted();
      const header = file.at(at, 3).readUIntLE(0, 3);
      isLast = (header & 1) !== 0;
      at += 3 + (((header >> 1) & 3) === RLE_BLOCK ? 1 : header >> 3);
      if (isLast) at += frame.checksumBytes;
    }
    if (at > size) throw new DamagedArchive('the zstd file is cut off');
  }
}

function startOfBlocks(file: HeaderWindow, at: number) {
  const header = file.at(at, MOST_HEADER_BYTES);
  const magic = header.readUInt32LE(0);
  // One of sixteen numbers.
  if ((magic & 0xfffffff0) >>> 0 === FIRST_SKIPPABLE) {
    return { start: at + 8 + header.readUInt32LE(4), hasBlocks: false, checksumBytes: 0 };
  }
  if (magic !== FRAME) return undefined;
  const descriptor = header.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] ?? 0);
  const start = at + 5 + (isSingleSegment ? 0 : 1) + (DICTIONARY_BYTES[descriptor & 0x03] ?? 0) + sizeBytes;
  return { start, hasBlocks: true, checksumBytes: (descriptor & 0x04) !== 0 ? 4 : 0 };
}

/** Small pieces of a file, read by larger ones. What lies behind its end reads as zeros. */
class HeaderWindow {
  readonly #descriptor: number;
  readonly #buffer = Buffer.alloc(WINDOW_BYTES);
  #start = 0;
  #end = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  at(position: number, bytes: number): Buffer {
    if (position < this.#start || position + bytes > this.#end) this.#read(position);
    return this.#buffer.subarray(position - this.#start, position - this.#start + bytes);
  }

  #read(position: number): void {
    const read = readSync(this.#descriptor, this.#buffer, 0, WINDOW_BYTES, position);
    this.#buffer.fill(0, read);
    this.#start = position;
    this.#end = position + WINDOW_BYTES;
  }
}
