import { BLOCK, readNumber } from '../header-block.ts';
import { RefusedEntry } from './unpack-errors.ts';

/** Where the stored content of a sparse file belongs. */
export interface SparseMap {
  /** Of the whole file, holes included, in bytes. */
  readonly size: number;
  /** Offset and length of each segment with content, one after the other. */
  readonly segments: readonly number[];
}

/** Takes content and holes in the order of the file. */
export interface ContentSink {
  content(piece: Buffer): void;
  hole(bytes: number): void;
}

// Far more than files have; each costs memory until the file is written.
const MOST_SEGMENTS = 1_000_000;

/**
 * Refuses a map whose segments overlap, lie outside of the file, or are not what is stored: `stored` bytes.
 *
 * @throws RefusedEntry.
 */
export function checkSparseMap({ size, segments }: SparseMap, stored: number): void {
  let end = 0;
  let sum = 0;
  for (let at = 0; at < segments.length; at += 2) {
    const offset = segments[at] ?? 0;
    const length = segments[at + 1] ?? 0;
    if (offset < end) throw new RefusedEntry('is a sparse file whose segments overlap or are in disorder');
    // Readers disagree about where the next one would begin.
    if (sum % BLOCK !== 0 && length > 0) throw new RefusedEntry('is a sparse file whose segments are no whole blocks');
    end = offset + length;
    sum += length;
    if (end > size) throw new RefusedEntry('is a sparse file with a segment behind its end');
  }
  if (sum !== stored) throw new RefusedEntry(`is a sparse file with ${stored} bytes stored, and ${sum} in its map`);
}

/** The segments in the header of a file of GNU's old type S, and in the blocks after it. */
export class GnuSparseBlocks {
  readonly segments: number[] = [];
  #isEnded = false;

  /** Takes what the header itself has. */
  header(block: Buffer): { readonly size: number; readonly isContinued: boolean } {
    this.#take(block, 386, 4);
    const size = readNumber(block, 483, 12, 'size');
    if (size === undefined || size < 0) throw new RefusedEntry('is a sparse file without its size');
    return { size, isContinued: this.#isContinued(block[482]) };
  }

  /** Takes one more block; whether there is another. */
  next(block: Buffer): boolean {
    this.#take(block, 0, 21);
    return this.#isContinued(block[504]);
  }

  #take(block: Buffer, start: number, count: number): void {
    for (let at = start; at < start + count * 24 && !this.#isEnded; at += 24) {
      this.#isEnded = block[at + 12] === 0;
      if (this.#isEnded) break;
      const offset = readNumber(block, at, 12, 'sparse map');
      const length = readNumber(block, at + 12, 12, 'sparse map');
      if (offset === undefined || length === undefined || offset < 0 || length < 0) {
        throw new RefusedEntry('is a sparse file whose map is not whole');
      }
      addSegment(this.segments, offset, length);
    }
  }

  #isContinued(mark: number | undefined): boolean {
    if (mark === 0) return false;
    if (this.#isEnded) throw new RefusedEntry('is a sparse file whose map is not whole');
    return true;
  }
}

/** The map that stands before the content in GNU's format 1.0: decimal numbers in lines, their count first. */
export class SparseMapText {
  readonly segments: number[] = [];
  #count: number | undefined;
  #offset: number | undefined;
  #digits = '';

  /** Takes one block; whether the map needs another. */
  next(block: Buffer): boolean {
    for (const byte of block) {
      if (byte === 0x0a) {
        this.#number();
        // What follows in this block is padding.
        if (this.segments.length === (this.#count ?? Number.NaN) * 2) return false;
      } else {
        this.#digits += String.fromCharCode(byte);
        if (this.#digits.length > 16) throw new RefusedEntry('is a sparse file whose map is no list of numbers');
      }
    }
    return true;
  }

  #number(): void {
    const value = /^\d+$/.test(this.#digits) ? Number(this.#digits) : Number.NaN;
    this.#digits = '';
    if (!Number.isSafeInteger(value)) throw new RefusedEntry('is a sparse file whose map is no list of numbers');
    if (this.#count === undefined) this.#count = value;
    else if (this.#offset === undefined) this.#offset = value;
    else {
      addSegment(this.segments, this.#offset, value);
      this.#offset = undefined;
    }
  }
}

function addSegment(segments: number[], offset: number, length: number): void {
  segments.push(offset, length);
  if (segments.length > 2 * MOST_SEGMENTS) throw new RefusedEntry(`is a sparse file of over ${MOST_SEGMENTS} segments`);
}

/** Puts stored content where it belongs. */
export class SparseContent {
  readonly #map: SparseMap;
  readonly #sink: ContentSink;
  #index = 0;
  /** Bytes of the current segment that have come. */
  #within = 0;
  #position = 0;

  constructor(map: SparseMap, sink: ContentSink) {
    this.#map = map;
    this.#sink = sink;
  }

  take(stored: Buffer): void {
    const { segments } = this.#map;
    for (let at = 0; at < stored.length; ) {
      const length = segments[this.#index + 1] ?? Number.POSITIVE_INFINITY;
      if (this.#within === length) {
        this.#index += 2;
        this.#within = 0;
        continue;
      }
      this.#moveTo((segments[this.#index] ?? 0) + this.#within);
      const piece = stored.subarray(at, at + length - this.#within);
      this.#sink.content(piece);
      at += piece.length;
      this.#within += piece.length;
      this.#position += piece.length;
    }
  }

  finish(): void {
    this.#moveTo(this.#map.size);
  }

  #moveTo(position: number): void {
    if (position > this.#position) this.#sink.hole(position - this.#position);
    this.#position = position;
  }
}
