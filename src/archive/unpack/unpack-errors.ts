import { quoteName, type RawName } from '../../job-tree/raw-name.ts';

/** Why an entry is not unpacked, as the end of a sentence about it. */
export class RefusedEntry extends Error {
  override readonly name = 'RefusedEntry';
  readonly #isNamed: boolean;

  constructor(reason: string, entry?: RawName) {
    super(entry === undefined ? reason : `${quoteName(entry)} ${reason}`);
    this.#isNamed = entry !== undefined;
  }

  /** The same with the name of the entry, if it has none yet. */
  of(entry: RawName): RefusedEntry {
    return this.#isNamed ? this : new RefusedEntry(this.message, entry);
  }
}

/** What is wrong with an archive as a whole, as the end of a sentence. */
export class DamagedArchive extends Error {
  override readonly name = 'DamagedArchive';
}
