import { type ArchivedEntry, EntryReader, type EntrySink } from './entry-reader.ts';
import { judgeEntry } from './entry-rules.ts';
import type { ContentWriter } from './file-writer.ts';
import { TreeWriter } from './tree-writer.ts';
import type { UnpackOptions, UnpackResult } from './unpack.ts';
import { RefusedEntry } from './unpack-errors.ts';

/** Limits of what is unpacked: far above any model, far below what an archive made to fill a disk would give. */
const MOST_BYTES = 1024 ** 4;
const MOST_ENTRIES = 1_000_000;
// Names and attributes of one entry, on average; what comes together for few entries is let pass.
const EXTENDED_BYTES_PER_ENTRY = 256;

/** An archive that is being unpacked: what is read, what is written, and what it comes to. */
export class Unpacking implements EntrySink {
  readonly #reader: EntryReader;
  readonly #tree: TreeWriter;
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  readonly #onProgress: UnpackOptions['onProgress'];
  #open: ContentWriter | undefined;
  #entries = 0;
  #bytes = 0;
  #claimed = 0;

  constructor(dir: string, options: UnpackOptions) {
    this.#maxBytes = options.maxBytes ?? MOST_BYTES;
    this.#maxEntries = options.maxEntries ?? MOST_ENTRIES;
    this.#onProgress = options.onProgress;
    this.#tree = new TreeWriter(dir);
    this.#reader = new EntryReader(this, EXTENDED_BYTES_PER_ENTRY * Math.max(this.#maxEntries, MOST_ENTRIES));
  }

  /** @throws RefusedEntry, DamagedArchive; system errors. */
  take(chunk: Buffer): void {
    this.#reader.take(chunk);
  }

  /** Says that the archive has ended. */
  finish(): UnpackResult {
    this.#reader.end();
    this.#tree.finish();
    return { entries: this.#entries, bytes: this.#bytes };
  }

  /** Closes what is open, whatever happened. */
  close(): void {
    this.#open?.close();
    this.#open = undefined;
    this.#tree.close();
  }

  begin(entry: ArchivedEntry): void {
    this.#entries++;
    this.#claimed += entry.size;
    // What an archive claims is refused before the disk is full.
    if (this.#claimed > this.#maxBytes) throw new RefusedEntry(`makes more than ${this.#maxBytes} bytes, the limit`);
    this.#checkEntries('is one more than');
    const judged = judgeEntry(entry);
    if ('refused' in judged) throw new RefusedEntry(judged.refused, undefined, judged.fix);
    // Other than a number, a date may be before 1970.
    const time = entry.time === undefined ? undefined : new Date(entry.time * 1000);
    this.#open = this.#tree.add(judged, { mode: entry.mode, time }, entry.size);
    this.#checkEntries('needs folders that the archive does not list, and with them there are more than');
  }

  content(piece: Buffer): void {
    this.#open?.write(piece);
    this.#count(piece.length);
  }

  hole(bytes: number): void {
    this.#open?.skip(bytes);
    this.#count(bytes);
  }

  end(): void {
    this.#open?.finish();
    this.#open = undefined;
  }

  #checkEntries(what: string): void {
    if (this.#entries + this.#tree.unlistedFolders <= this.#maxEntries) return;
    throw new RefusedEntry(`${what} ${this.#maxEntries} entries, the limit`);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#onProgress?.(this.#bytes);
  }
}
