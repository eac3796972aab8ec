import {
  chmodSync,
  closeSync,
  constants,
  ftruncateSync,
  futimesSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../errors/error.ts';
import { foldName, type SafeEntry } from './entry-rules.ts';

/** Why an entry is not written, as the end of a sentence about it. */
export class RefusedEntry extends Error {
  override readonly name = 'RefusedEntry';
}

/** What a header says of an entry besides what it is. */
export interface EntryFacts {
  /** Only the permissions are used: no set-uid, set-gid or sticky bit. */
  readonly mode: number;
  readonly mtime: Date | undefined;
}

// Never through a link, never over what is there.
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const ZEROS = Buffer.alloc(64 * 1024);

/**
 * Writes the entries of an archive into a folder that is empty and ours. Symbolic links are made last, so that nothing can
 * be written through one.
 */
export class TreeWriter {
  readonly #dir: string;
  readonly #folders = new Map<string, EntryFacts | undefined>();
  readonly #files = new Set<string>();
  readonly #links = new Map<string, { readonly target: string; readonly facts: EntryFacts }>();
  /** The links' names as a file system that ignores case sees them → as they are. */
  readonly #foldedLinks = new Map<string, string>();
  /** The same of files and folders; kept from the first link on, since most archives have none. */
  #foldedOthers: Map<string, string> | undefined;

  constructor(dir: string) {
    this.#dir = dir;
    this.#folders.set('', undefined);
  }

  /**
   * Writes a folder or link, and gives for a file what writes its content.
   *
   * @throws RefusedEntry; system errors.
   */
  add(entry: SafeEntry, facts: EntryFacts): FileWriter | undefined {
    const { path } = entry;
    if (entry.type === 'folder') {
      this.#makeFolder(path);
      if (path !== '') this.#folders.set(path, facts);
      return undefined;
    }
    if (path === '') throw new RefusedEntry('has the name of the folder itself');
    this.#makeFolder(parentOf(path));
    if (this.#folders.has(path)) throw new RefusedEntry('is a folder too, in the same archive');
    this.#refuseOtherSpelling(path);
    if (entry.type === 'symbolic link') return this.#addLink(path, entry.target, facts);
    if (entry.type === 'hard link') return this.#addHardLink(path, entry.target);
    this.#replace(path);
    const descriptor = this.#create(path, () => openSync(this.#at(path), CREATE, facts.mode & 0o777));
    this.#keepFile(path);
    return new FileWriter(descriptor, facts);
  }

  /** Makes the symbolic links, and gives folders their permissions and times. */
  finish(): void {
    for (const [path, { target, facts }] of this.#links) {
      this.#create(path, () => symlinkSync(target, this.#at(path)));
      if (facts.mtime !== undefined) lutimesSync(this.#at(path), facts.mtime, facts.mtime);
    }
    // The inner ones first: what is made in a folder changes its time.
    for (const [path, facts] of [...this.#folders].reverse()) {
      if (facts === undefined) continue;
      // Whoever unpacked it must be able to use it, and to remove it.
      chmodSync(this.#at(path), (facts.mode & 0o777) | 0o700);
      if (facts.mtime !== undefined) utimesSync(this.#at(path), facts.mtime, facts.mtime);
    }
  }

  #at(path: string): string {
    return join(this.#dir, path);
  }

  #makeFolder(path: string): void {
    if (this.#folders.has(path)) return;
    this.#makeFolder(parentOf(path));
    if (this.#links.has(path)) throw new RefusedEntry(`lies behind the link "${path}"`);
    this.#refuseOtherSpelling(path);
    if (this.#files.has(path)) throw new RefusedEntry(`needs a folder where the file "${path}" is`);
    this.#create(path, () => mkdirSync(this.#at(path), { mode: 0o755 }));
    this.#folders.set(path, undefined);
    this.#foldedOthers?.set(foldName(path), path);
  }

  #keepFile(path: string): void {
    this.#files.add(path);
    this.#foldedOthers?.set(foldName(path), path);
  }

  #refuseOtherSpelling(path: string): void {
    if (this.#foldedLinks.size === 0) return;
    const known = this.#foldedLinks.get(foldName(path));
    if (known !== undefined && known !== path) {
      throw new RefusedEntry(`differs from the link "${known}" in case or Unicode form only`);
    }
  }

  #addLink(path: string, target: string, facts: EntryFacts): undefined {
    const folded = foldName(path);
    this.#replace(path);
    this.#foldedOthers ??= new Map([...this.#files, ...this.#folders.keys()].map((name) => [foldName(name), name]));
    const other = this.#foldedOthers.get(folded);
    if (other !== undefined && other !== path) {
      throw new RefusedEntry(`is a link that differs from "${other}" in case or Unicode form only`);
    }
    this.#links.set(path, { target, facts });
    this.#foldedLinks.set(folded, path);
    return undefined;
  }

  #addHardLink(path: string, target: string): undefined {
    const link = this.#links.get(target);
    if (path === target) throw new RefusedEntry('is a hard link to itself');
    // Another name of a symbolic link leads elsewhere than the first: where to is not for us to guess.
    if (link !== undefined) throw new RefusedEntry(`is a hard link to the link "${target}"`);
    if (!this.#files.has(target)) {
      throw new RefusedEntry(`is a hard link to "${target}", which is no file that came before it in the archive`);
    }
    this.#replace(path);
    this.#create(path, () => linkSync(this.#at(target), this.#at(path)));
    this.#keepFile(path);
    return undefined;
  }

  // An archive that was appended to holds a file twice: the later one counts.
  #replace(path: string): void {
    if (this.#files.delete(path)) rmSync(this.#at(path));
    if (this.#links.delete(path)) this.#foldedLinks.delete(foldName(path));
  }

  #create<Result>(path: string, action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
      throw new RefusedEntry(`has a name ("${path}") that the file system takes for one that is there already`);
    }
  }
}

/** Writes the content of one file as it comes, leaving holes where there are long runs of zeros. */
export class FileWriter {
  readonly #descriptor: number;
  readonly #facts: EntryFacts;
  #bytes = 0;
  #endsWithHole = false;

  constructor(descriptor: number, facts: EntryFacts) {
    this.#descriptor = descriptor;
    this.#facts = facts;
  }

  write(chunk: Buffer): void {
    if (chunk.length >= 4096 && isZero(chunk)) {
      this.#bytes += chunk.length;
      this.#endsWithHole = true;
      return;
    }
    for (let start = 0; start < chunk.length; ) {
      const count = writeSync(this.#descriptor, chunk, start, chunk.length - start, this.#bytes);
      start += count;
      this.#bytes += count;
    }
    this.#endsWithHole = false;
  }

  finish(): void {
    if (this.#endsWithHole) ftruncateSync(this.#descriptor, this.#bytes);
    if (this.#facts.mtime !== undefined) futimesSync(this.#descriptor, this.#facts.mtime, this.#facts.mtime);
    this.close();
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function isZero(chunk: Buffer): boolean {
  if (chunk[0] !== 0 || chunk[chunk.length - 1] !== 0) return false;
  for (let start = 0; start < chunk.length; start += ZEROS.length) {
    const length = Math.min(ZEROS.length, chunk.length - start);
    if (chunk.compare(ZEROS, 0, length, start, start + length) !== 0) return false;
  }
  return true;
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
