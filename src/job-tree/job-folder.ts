import {
  closeSync,
  fchmodSync,
  fstatSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { systemErrorCode } from '../errors/error.ts';
import { changeMode } from './change-mode.ts';
import { folderPathOf, OPEN_FLAGS } from './descriptor-path.ts';
import { listNames } from './list-names.ts';
import { type OpenRegularFile, type OpenRegularOptions, openRegular, openSettled } from './open-regular.ts';
import { bytesOf, type RawName, rawName, readable } from './raw-name.ts';
import { naming, systemError } from './system-error.ts';

/** Permissions that may leave a job: never set-uid, set-gid or sticky. */
export const SAFE_MODE = 0o777;

/** Finds a path in which names of an open folder can be looked up. */
export type FindLookup = (descriptor: number) => string | undefined;

/**
 * An open folder of a tree that a job can write, or has written. All access to such a tree goes through it: names are looked
 * up in the folder that was opened, wherever a job moves it and whatever it puts in its place, and no link is followed. Names
 * are single components of a path; `..` is none. On systems without `/proc/self/fd` the folder is found by its path, and
 * each call checks that it is still there: a job that swaps it between two system calls is noticed too late (docs/security.md).
 */
export class JobFolder {
  /** Where it was found: for messages alone. */
  readonly path: RawName;
  readonly descriptor: number;
  /** Device and inode. */
  readonly id: string;
  readonly #stats: Stats;
  readonly #findLookup: FindLookup;
  readonly #lookup: string | undefined;

  private constructor(path: RawName, descriptor: number, findLookup: FindLookup) {
    this.path = path;
    this.descriptor = descriptor;
    this.#stats = fstatSync(descriptor);
    this.id = folderId(this.#stats);
    this.#findLookup = findLookup;
    this.#lookup = findLookup(descriptor);
  }

  /**
   * Opens the root of a job's tree, a folder that optml has made. The path itself may lead through links of the user, but
   * `path` is no link. `findLookup` is for tests of systems without lookups.
   *
   * @throws the system's error: ENOENT, ENOTDIR where it is a link or anything else.
   */
  static open(path: string, findLookup: FindLookup = folderPathOf): JobFolder {
    // With a slash at its end, the system would follow a link.
    const root = rawName(path).replace(/(?<!^)\/+$/, '');
    return JobFolder.#opened(root, bytesOf(root), findLookup);
  }

  /** Opens a folder that the user names, and that no job can replace: it may be a link. @throws the system's error. */
  static openFollowing(path: string): JobFolder {
    const at = rawName(`${path}/.`);
    return naming(at, rawName(path), () => JobFolder.#opened(rawName(path), bytesOf(at), folderPathOf));
  }

  static #opened(path: RawName, at: Buffer, findLookup: FindLookup): JobFolder {
    const descriptor = openSync(at, OPEN_FLAGS.folder);
    try {
      return new JobFolder(path, descriptor, findLookup);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** State of the folder itself when it was opened. */
  get stats(): Stats {
    return this.#stats;
  }

  /** Names in the folder, in the order of their bytes. @throws the system's error; EFBIG for more than anybody can use. */
  names(): readonly RawName[] {
    return this.#use(() => listNames(this.#at(), this.#stats.size));
  }

  /** What `name` is, a link as a link; undefined if it is missing. @throws the system's error. */
  lstat(name: RawName): Stats | undefined {
    return this.#use(() => lstatSync(this.#at(name), { throwIfNoEntry: false }));
  }

  /** Opens a folder in this one. @throws the system's error: ENOENT, ENOTDIR where it is a link or anything else. */
  openFolder(name: RawName): JobFolder {
    return this.#use(() => JobFolder.#opened(`${this.path}/${name}`, this.#at(name), this.#findLookup));
  }

  /**
   * Opens the folder above this one, if it is still `parent`: a job may have moved this one.
   *
   * @throws the system's error, or ESTALE.
   */
  reopenParent(parent: Pick<JobFolder, 'id' | 'path'>): JobFolder {
    // On systems without a lookup, `..` of the path itself.
    const above = `${this.#lookup ?? this.path}/..`;
    const folder = this.#use(() => JobFolder.#opened(parent.path, bytesOf(above), this.#findLookup));
    if (folder.id === parent.id) return folder;
    folder.close();
    throw systemError('ESTALE', 'the folder was moved', this.path);
  }

  /**
   * Opens a regular file for reading, without waiting. The caller closes the descriptor. With `followsLink` a link is the file
   * that it leads to, wherever that is: only where the job has no fewer rights than this process.
   *
   * @throws the system's error: ENOENT, ELOOP where it is a link; EINVAL for anything else that is no regular file.
   */
  openFile(name: RawName, options: OpenRegularOptions = {}): number {
    const descriptor = this.#use(() => openRegular(this.#at(name), options));
    if (descriptor !== undefined) return descriptor;
    throw systemError('EINVAL', 'no regular file', `${this.path}/${name}`);
  }

  /** Opens a regular file of hosts that have ended, which {@link lstat} has found: see {@link openSettled}. @throws as {@link openFile}. */
  openSettledFile(name: RawName): OpenRegularFile {
    const file = this.#use(() => openSettled(this.#at(name)));
    if (file !== undefined) return file;
    throw systemError('EINVAL', 'no regular file', `${this.path}/${name}`);
  }

  /**
   * Makes a file that was not there, for reading and writing. The caller closes the descriptor.
   *
   * @throws the system's error: EEXIST where the name is taken, also by a link.
   */
  createFile(name: RawName, mode = 0o666): number {
    return this.#use(() => openSync(this.#at(name), OPEN_FLAGS.create, mode & SAFE_MODE));
  }

  /** Makes a folder that was not there, and opens it. @throws the system's error: EEXIST where the name is taken. */
  createFolder(name: RawName, mode = SAFE_MODE): JobFolder {
    this.#use(() => mkdirSync(this.#at(name), mode & SAFE_MODE));
    return this.openFolder(name);
  }

  /** Opens a folder in this one, which is made if it is missing. @throws the system's error: ENOTDIR where a link is in its place. */
  ensureFolder(name: RawName): JobFolder {
    try {
      return this.openFolder(name);
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    }
    return this.createFolder(name);
  }

  /** Where a link leads, as its text. @throws the system's error. */
  readLink(name: RawName): RawName {
    return this.#use(() => readlinkSync(this.#at(name), 'latin1'));
  }

  /** Makes a link with this text. @throws the system's error. */
  createLink(name: RawName, target: RawName): void {
    this.#use(() => symlinkSync(bytesOf(target), this.#at(name)));
  }

  /** Gives the file `name` of this folder a second name in another. @throws the system's error. */
  linkTo(name: RawName, into: JobFolder, newName: RawName): void {
    this.#use(() => into.#use(() => linkSync(this.#at(name), into.#at(newName))));
  }

  /** Moves an entry, whatever it is, to another folder of the same file system; a file that is there is replaced. @throws the system's error. */
  moveTo(name: RawName, into: JobFolder, newName: RawName): void {
    this.#use(() => into.#use(() => renameSync(this.#at(name), into.#at(newName))));
  }

  /** Removes a file, a link or any other entry that is no folder. @throws the system's error. */
  removeFile(name: RawName): void {
    this.#use(() => unlinkSync(this.#at(name)));
  }

  /** Removes an empty folder. @throws the system's error. */
  removeFolder(name: RawName): void {
    this.#use(() => rmdirSync(this.#at(name)));
  }

  /** What `name` is; of a link what it leads to, wherever that is. Undefined if there is nothing. @throws the system's error. */
  statFollowing(name: RawName): Stats | undefined {
    return this.#use(() => statSync(this.#at(name), { throwIfNoEntry: false }));
  }

  /** Adds permissions for the owner to an entry that is no link, whether or not it can be opened. @throws the system's error. */
  allow(name: RawName, bits: number): void {
    this.#use(() => changeMode(this.#at(name), (mode) => (mode & SAFE_MODE) | bits));
  }

  /** Gives an entry to another user; a link itself. @throws the system's error. */
  chown(name: RawName, uid: number, gid: number): void {
    this.#use(() => lchownSync(this.#at(name), uid, gid));
  }

  /** A path of the entry `name` for another program, which finds it in this folder as long as the folder is open here. */
  pathFor(name: RawName): string {
    return this.#lookup === undefined
      ? readable(`${this.path}/${name}`)
      : `/proc/${process.pid}/fd/${this.descriptor}/${name}`;
  }

  /** Sets the times of the folder itself. @throws the system's error. */
  setTimes({ atime, mtime }: Pick<Stats, 'atime' | 'mtime'>): void {
    futimesSync(this.descriptor, atime, mtime);
  }

  /** Sets the permissions of the folder itself. @throws the system's error. */
  setMode(mode: number): void {
    fchmodSync(this.descriptor, mode & SAFE_MODE);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  #at(name?: RawName): Buffer {
    if (name !== undefined && !isName(name))
      throw systemError('EINVAL', 'not the name of an entry', `${this.path}/${name}`);
    const folder = this.#lookup ?? this.path;
    return bytesOf(name === undefined ? folder : `${folder}/${name}`);
  }

  #use<Result>(action: () => Result): Result {
    if (this.#lookup !== undefined) return naming(this.#lookup, this.path, action);
    if (folderId(statSync(bytesOf(this.path))) !== this.id) {
      throw systemError('ESTALE', 'the folder was replaced', this.path);
    }
    return action();
  }
}

function isName(name: RawName): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0');
}

/** What tells a folder from all others, whatever its path: device and inode. */
export function folderId({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}
