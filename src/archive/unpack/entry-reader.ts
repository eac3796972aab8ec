import { quoteName, type RawName } from '../../job-tree/raw-name.ts';
import {
  BLOCK,
  type HeaderBlock,
  isHeaderBlock,
  readHeaderBlock,
  readMode,
  readSize,
  readTime,
} from '../header-block.ts';
import { isZero } from '../zeros.ts';
import { PendingHeaders } from './pending-headers.ts';
import {
  type ContentSink,
  checkSparseMap,
  GnuSparseBlocks,
  SparseContent,
  type SparseMap,
  SparseMapText,
} from './sparse-map.ts';
import { DamagedArchive, RefusedEntry } from './unpack-errors.ts';

/** An entry of an archive, as all headers together describe it. */
export interface ArchivedEntry {
  readonly name: RawName;
  readonly linkName: RawName;
  /** The type's letter or digit; `\0` in the oldest archives. */
  readonly type: string;
  readonly mode: number | undefined;
  /** Seconds since 1970. */
  readonly time: number | undefined;
  /** Of the content, holes included, in bytes. */
  readonly size: number;
}

/** Takes the entries one after the other: what it is, its content and holes, its end. */
export interface EntrySink extends ContentSink {
  begin(entry: ArchivedEntry): void;
  end(): void;
}

/** Most bytes that may follow the end: writers fill up to blocks of some kilobytes, for tapes megabytes. */
const MOST_TAIL_BYTES = 64 * 1024 * 1024;
/** What Date can show, in seconds before and after 1970. */
const MOST_SECONDS = 8.64e12;

/**
 * Reads a tar archive of any format (v7, POSIX, GNU, pax) from chunks of any size. What readers disagree about is refused:
 * no two programs may see different files in one archive.
 */
export class EntryReader {
  readonly #sink: EntrySink;
  readonly #pending: PendingHeaders;
  /** Of the entry that is read now, for messages. */
  #name: RawName | undefined;
  #entries = 0;
  #sparse: SparseContent | undefined;

  #state: 'blocks' | 'content' | 'tail' = 'blocks';
  /** In `blocks`: how many bytes `#then` takes, and those of them that came in earlier chunks. */
  #needed = BLOCK;
  #then: (bytes: Buffer) => void = (block) => this.#header(block);
  #isHeaderNext = true;
  #gathered: Buffer | undefined;
  #gatheredBytes = 0;
  /** In `content`: what is still to come of it, and of the rest of its last block. */
  #contentLeft = 0;
  #paddingLeft = 0;
  #tailBytes = 0;

  /** @param mostExtendedBytes Most bytes that all extended headers may have together, their header blocks included. */
  constructor(sink: EntrySink, mostExtendedBytes: number) {
    this.#sink = sink;
    this.#pending = new PendingHeaders(mostExtendedBytes);
  }

  /** @throws RefusedEntry, DamagedArchive, and what the sink throws. */
  take(chunk: Buffer): void {
    try {
      for (let at = 0; at < chunk.length; ) at += this.#consume(at === 0 ? chunk : chunk.subarray(at));
    } catch (error) {
      throw error instanceof RefusedEntry && this.#name !== undefined ? error.of(this.#name) : error;
    }
  }

  /** @throws DamagedArchive when the archive is not whole. */
  end(): void {
    if (this.#state === 'tail') {
      if (this.#entries === 0) throw new DamagedArchive('there is nothing in it');
      return;
    }
    if (this.#name === undefined) {
      throw new DamagedArchive(this.#gatheredBytes === 0 ? 'it is empty' : 'it is shorter than any tar archive');
    }
    const isBetween = this.#isHeaderNext && this.#gatheredBytes === 0 && !this.#pending.isPending;
    const where = isBetween ? "without the mark of an archive's end" : `within ${quoteName(this.#name)}`;
    throw new DamagedArchive(`it ends ${where}: it was cut off`);
  }

  // How many bytes it took.
  #consume(bytes: Buffer): number {
    if (this.#state === 'blocks') return this.#gather(bytes);
    if (this.#state === 'content') return this.#content(bytes);
    this.#tailBytes += bytes.length;
    if (!isZero(bytes)) throw new DamagedArchive('something follows its end: several archives in one are not unpacked');
    if (this.#tailBytes > MOST_TAIL_BYTES) throw new DamagedArchive('its end is followed by zeros without end');
    return bytes.length;
  }

  #need(bytes: number, then: (bytes: Buffer) => void): void {
    this.#state = 'blocks';
    this.#needed = bytes;
    this.#then = then;
    this.#isHeaderNext = false;
  }

  #needHeader(): void {
    this.#need(BLOCK, (block) => this.#header(block));
    this.#isHeaderNext = true;
  }

  #gather(bytes: Buffer): number {
    const needed = this.#needed;
    if (this.#gatheredBytes === 0 && bytes.length >= needed) {
      this.#then(bytes.subarray(0, needed));
      return needed;
    }
    this.#gathered ??= Buffer.allocUnsafe(needed);
    const count = bytes.copy(this.#gathered, this.#gatheredBytes);
    this.#gatheredBytes += count;
    if (this.#gatheredBytes === needed) {
      const whole = this.#gathered;
      this.#gathered = undefined;
      this.#gatheredBytes = 0;
      this.#then(whole);
    }
    return count;
  }

  #content(bytes: Buffer): number {
    if (this.#contentLeft > 0) {
      const piece = bytes.length > this.#contentLeft ? bytes.subarray(0, this.#contentLeft) : bytes;
      this.#contentLeft -= piece.length;
      if (this.#sparse === undefined) this.#sink.content(piece);
      else this.#sparse.take(piece);
      if (this.#contentLeft === 0) this.#endContent();
      return piece.length;
    }
    const count = Math.min(bytes.length, this.#paddingLeft);
    this.#paddingLeft -= count;
    if (this.#paddingLeft === 0) this.#needHeader();
    return count;
  }

  #endContent(): void {
    this.#sparse?.finish();
    this.#sparse = undefined;
    this.#sink.end();
    if (this.#paddingLeft === 0) this.#needHeader();
  }

  #header(block: Buffer): void {
    if (isZero(block)) {
      this.#pending.end();
      this.#need(BLOCK, (second) => this.#endMark(second));
      // One block of zeros is no mark.
      this.#isHeaderNext = true;
      return;
    }
    if (!isHeaderBlock(block)) {
      if (this.#name === undefined) throw new DamagedArchive('it does not start as a tar archive does');
      throw new DamagedArchive(`the header after ${quoteName(this.#name)} is damaged: its checksum is wrong`);
    }
    const header = readHeaderBlock(block);
    this.#name = header.name;
    const size = readSize(block);
    if (PendingHeaders.isOne(header.type)) this.#beginExtended(header, size);
    else this.#beginEntry(header, size, block);
  }

  // Some readers would stop after the first block of zeros, others go on.
  #endMark(block: Buffer): void {
    if (!isZero(block))
      throw new DamagedArchive('it goes on after a block of zeros, which is half the mark of its end');
    this.#state = 'tail';
  }

  #beginExtended(header: HeaderBlock, size: number): void {
    this.#pending.count(size);
    const take = (bytes: Buffer) => {
      this.#pending.take(header, bytes.subarray(0, size), bytes[size]);
      this.#needHeader();
    };
    if (size === 0) take(Buffer.alloc(0));
    else this.#need(size + paddingOf(size), take);
  }

  #beginEntry(header: HeaderBlock, headerSize: number, block: Buffer): void {
    const { name = header.name, linkName = header.linkName, size, time, sparse } = this.#pending.apply();
    this.#name = name;
    const entry = {
      name,
      linkName,
      type: header.type,
      mode: readMode(block),
      time: checkTime(time ?? readTime(block)),
    };
    const stored = size ?? headerSize;
    if (header.type === 'S') {
      if (!header.isGnu) throw new RefusedEntry('is of the type SparseFile, in another format than that of GNU');
      this.#beginGnuSparse({ ...entry, type: '0' }, block, stored);
    } else if (sparse === undefined) {
      this.#announce({ ...entry, size: stored }, stored);
    } else {
      if (!'07\0'.includes(header.type)) throw new RefusedEntry('has the map of a sparse file and is no file');
      if (sparse.version === 0) this.#announceSparse(entry, sparse, stored);
      else this.#beginMappedSparse(entry, sparse.size, stored);
    }
  }

  // The old format: the map is in this block and in more blocks behind it, which do not count as content.
  #beginGnuSparse(entry: Unsized, block: Buffer, stored: number): void {
    const map = new GnuSparseBlocks();
    const { size, isContinued } = map.header(block);
    const goOn = (isMore: boolean): void => {
      if (isMore) this.#needMap((next) => goOn(map.next(next)));
      else this.#announceSparse(entry, { size, segments: map.segments }, stored);
    };
    goOn(isContinued);
  }

  // The new one: the map is the start of the content, in whole blocks.
  #beginMappedSparse(entry: Unsized, size: number, stored: number): void {
    const map = new SparseMapText();
    let left = stored;
    const goOn = (isMore: boolean): void => {
      if (!isMore) {
        this.#announceSparse(entry, { size, segments: map.segments }, left);
        return;
      }
      left -= BLOCK;
      if (left < 0) throw new RefusedEntry('is a sparse file whose map is not whole');
      this.#needMap((block) => goOn(map.next(block)));
    };
    goOn(true);
  }

  #needMap(then: (block: Buffer) => void): void {
    this.#pending.count(0);
    this.#need(BLOCK, then);
  }

  #announceSparse(entry: Unsized, map: SparseMap, stored: number): void {
    checkSparseMap(map, stored);
    this.#announce({ ...entry, size: map.size }, stored, map);
  }

  #announce(entry: ArchivedEntry, stored: number, map?: SparseMap): void {
    this.#entries++;
    this.#sink.begin(entry);
    this.#sparse = map && new SparseContent(map, this.#sink);
    this.#state = 'content';
    this.#isHeaderNext = false;
    this.#contentLeft = stored;
    this.#paddingLeft = paddingOf(stored);
    if (stored === 0) this.#endContent();
  }
}

type Unsized = Omit<ArchivedEntry, 'size'>;

function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function checkTime(time: number | undefined): number | undefined {
  if (time === undefined || Math.abs(time) <= MOST_SECONDS) return time;
  throw new RefusedEntry('has a time that no clock can show');
}
