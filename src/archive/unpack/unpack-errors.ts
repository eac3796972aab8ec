import { quoteName, type RawName } from '../../job-tree/raw-name.ts';

/** Why an entry is not unpacked, as the end of a sentence about it. */
export class RefusedEntry extends Error {
  override readonly name = 'RefusedEntry';
  readonly #isNamed: boolean;
  /** What to do, if another archive of the same folder would have the same entry. */
  readonly fix: string | undefined;

  constructor(reason: string, entry?: RawName, fix?: string) {
    super(entry === undefined ? reason : `${quoteName(entry)} ${reason}`);
    this.#isNamed = entry !== undefined;
    this.fix = fix;
  }

  /** The same with the name of the entry, if it has none yet. */
  of(entry: RawName): RefusedEntry {
    return this.#isNamed ? this : new RefusedEntry(this.message, entry, this.fix);
  }
}

/** What is wrong with an archive as a whole, as the end of a sentence. */
export class DamagedArchive extends Error {
  override readonly name = 'DamagedArchive';
}
