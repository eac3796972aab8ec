import { chmodSync, linkSync, lutimesSync, mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { systemErrorCode } from '../../errors/error.ts';
import { bytesOf, quoteName, type RawName, rawName } from '../../job-tree/raw-name.ts';
import { foldName, type SafeEntry } from './entry-rules.ts';
import { type ContentWriter, createFile, type EntryFacts } from './file-writer.ts';
import { MOST_SMALL_BYTES, SmallFiles } from './small-files.ts';
import { RefusedEntry } from './unpack-errors.ts';

// What the file system has against a name → how to say it.
const NAME_TROUBLES: Readonly<Record<string, string>> = {
  EEXIST: 'that the file system takes for one that is there already',
  ENAMETOOLONG: 'that is too long below the folder it is unpacked into',
  EILSEQ: 'that the file system does not take',
};

/**
 * Writes the entries of an archive into a folder that is empty and ours. Symbolic links are made last, so that nothing can
 * be written through one.
 */
export class TreeWriter {
  /** With a slash at the end. */
  readonly #dir: RawName;
  // Without group's and others' rights that the umask takes, as files have them.
  readonly #mask = ~process.umask();
  readonly #folders = new Map<RawName, EntryFacts | undefined>();
  readonly #files = new Set<RawName>();
  readonly #links = new Map<RawName, { readonly target: RawName; readonly facts: EntryFacts }>();
  /** The links' names as a file system that ignores case sees them → as they are. */
  readonly #foldedLinks = new Map<string, RawName>();
  /** The same of files and folders; kept from the first link on, since most archives have none. */
  #foldedOthers: Map<string, RawName> | undefined;
  readonly #smallFiles = new SmallFiles((path, write) => {
    this.#create(path.toString('latin1').slice(this.#dir.length), write);
  });

  constructor(dir: string) {
    this.#dir = `${rawName(dir)}/`;
    this.#folders.set('', undefined);
  }

  /** Folders that were made because something is in them: the archive itself does not list them (yet). */
  unlistedFolders = 0;

  /**
   * Writes a folder or link, and gives for a file of `bytes` bytes what writes its content.
   *
   * @throws RefusedEntry; system errors, also those of files before it.
   */
  add(entry: SafeEntry, facts: EntryFacts, bytes: number): ContentWriter | undefined {
    const { path } = entry;
    if (entry.type === 'folder') {
      this.#makeFolder(path);
      if (path === '') return undefined;
      if (this.#folders.get(path) === undefined) this.unlistedFolders--;
      this.#folders.set(path, facts);
      return undefined;
    }
    if (entry.type === 'label') return undefined;
    if (path === '') throw new RefusedEntry('has the name of the folder itself');
    this.#makeFolder(parentOf(path));
    if (this.#folders.has(path)) throw new RefusedEntry('is a folder too, in the same archive');
    this.#refuseOtherSpelling(path);
    if (entry.type === 'symbolic link') return this.#addLink(path, entry.target, facts);
    if (entry.type === 'hard link') return this.#addHardLink(path, entry.target);
    this.#replace(path);
    this.#keepFile(path);
    const at = this.#at(path);
    if (bytes <= MOST_SMALL_BYTES) return this.#smallFiles.add({ path: at, ...facts, bytes });
    return this.#create(path, () => createFile(at, facts));
  }

  /** Has all files written, makes the symbolic links, and gives folders their permissions and times. */
  finish(): void {
    this.#smallFiles.finish();
    for (const [path, { target, facts }] of this.#links) {
      this.#create(path, () => symlinkSync(bytesOf(target), this.#at(path)));
      if (facts.time !== undefined) lutimesSync(this.#at(path), facts.time, facts.time);
    }
    // The inner ones first: what is made in a folder changes its time.
    for (const [path, facts] of [...this.#folders].reverse()) {
      if (facts === undefined) continue;
      // The user who unpacked it must be able to use it, and to remove it.
      chmodSync(this.#at(path), ((facts.mode ?? 0o755) & 0o777 & this.#mask) | 0o700);
      if (facts.time !== undefined) utimesSync(this.#at(path), facts.time, facts.time);
    }
  }

  /** Nothing is written any more, whatever happened. */
  close(): void {
    this.#smallFiles.close();
  }

  #at(path: RawName): Buffer {
    return bytesOf(this.#dir + path);
  }

  #makeFolder(path: RawName): void {
    if (this.#folders.has(path)) return;
    this.#makeFolder(parentOf(path));
    if (this.#links.has(path)) throw new RefusedEntry(`lies behind the link ${quoteName(path)}`);
    this.#refuseOtherSpelling(path);
    if (this.#files.has(path)) throw new RefusedEntry(`needs a folder where the file ${quoteName(path)} is`);
    this.#create(path, () => mkdirSync(this.#at(path), { mode: 0o755 }));
    this.#folders.set(path, undefined);
    this.unlistedFolders++;
    this.#foldedOthers?.set(foldName(path), path);
  }

  #keepFile(path: RawName): void {
    this.#files.add(path);
    this.#foldedOthers?.set(foldName(path), path);
  }

  #refuseOtherSpelling(path: RawName): void {
    if (this.#foldedLinks.size === 0) return;
    const known = this.#foldedLinks.get(foldName(path));
    if (known !== undefined && known !== path) {
      throw new RefusedEntry(`differs from the link ${quoteName(known)} in case or Unicode form only`);
    }
  }

  #addLink(path: RawName, target: RawName, facts: EntryFacts): undefined {
    const folded = foldName(path);
    this.#replace(path);
    this.#foldedOthers ??= new Map([...this.#files, ...this.#folders.keys()].map((name) => [foldName(name), name]));
    const other = this.#foldedOthers.get(folded);
    if (other !== undefined && other !== path) {
      throw new RefusedEntry(`is a link that differs from ${quoteName(other)} in case or Unicode form only`);
    }
    this.#links.set(path, { target, facts });
    this.#foldedLinks.set(folded, path);
    return undefined;
  }

  #addHardLink(path: RawName, target: RawName): undefined {
    const link = this.#links.get(target);
    if (path === target) throw new RefusedEntry('is a hard link to itself');
    // Another name of a symbolic link leads elsewhere than the first: where to is not for us to guess.
    if (link !== undefined) throw new RefusedEntry(`is a hard link to the link ${quoteName(target)}`);
    if (!this.#files.has(target)) {
      throw new RefusedEntry(
        `is a hard link to ${quoteName(target)}, which is no file that came before it in the archive`,
      );
    }
    this.#replace(path);
    this.#smallFiles.finish();
    this.#create(path, () => linkSync(this.#at(target), this.#at(path)));
    this.#keepFile(path);
    return undefined;
  }

  // An archive that was appended to holds a file twice: the later one counts.
  #replace(path: RawName): void {
    if (this.#files.delete(path)) {
      this.#smallFiles.finish();
      rmSync(this.#at(path));
    }
    if (this.#links.delete(path)) this.#foldedLinks.delete(foldName(path));
  }

  #create<Result>(path: RawName, action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      const problem = NAME_TROUBLES[systemErrorCode(error) ?? ''];
      if (problem === undefined) throw error;
      throw new RefusedEntry(`has a name ${problem}`, path);
    }
  }
}

function parentOf(path: RawName): RawName {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
