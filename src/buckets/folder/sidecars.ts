import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileWhole } from '../../files/write-file-whole.ts';
import { readJson } from '../../json/read-value.ts';
import { keyHash } from '../access/key-turns.ts';
import type { ObjectAttributes, StoredObject } from '../buckets.ts';
import { readOwnFile } from '../content/own-file.ts';

/** What tells a file from one that another program has put in its place, or has changed. */
export type FileIdentity = Pick<Stats, 'ino' | 'mtimeMs' | 'size'>;

export type FileState = FileIdentity & Pick<Stats, 'mtime'>;

/** Attributes that are valid for one state of a file. */
interface Sidecar extends ObjectAttributes {
  readonly file: FileIdentity;
}

/**
 * The attributes of objects that are plain files. Those of the new and of the old file are in one sidecar, so that it can be
 * written before the new file gets its name.
 */
export class Sidecars {
  readonly #dir: string;
  readonly #isDurable: boolean;

  constructor(dir: string, isDurable: boolean) {
    this.#dir = dir;
    this.#isDurable = isDurable;
  }

  /** The object in a file. One that was not written through the bucket has no attributes but a stable ETag. */
  objectOf(key: string, stats: FileState): StoredObject {
    const attributes = this.find(key, stats) ?? { ...OUTSIDE, etag: etagOf(stats) };
    return { key, size: stats.size, modifiedAt: stats.mtime, ...attributes };
  }

  /** The attributes that were written for this state of a file. @throws the system's error. */
  find(key: string, state: FileIdentity): ObjectAttributes | undefined {
    const found = this.#read(key).find(({ file }) => isSame(file, state));
    if (found === undefined) return undefined;
    const { etag, checksum, headers, userMetadata, tags, parts } = found;
    return { etag, checksum, headers, userMetadata, tags, parts };
  }

  /** Notes the attributes of a file that is about to get its name, in place of `current`. @throws the system's error. */
  write(key: string, file: FileIdentity, attributes: ObjectAttributes, current?: FileIdentity): void {
    const old = this.#read(key).filter(
      (sidecar) => current !== undefined && isSame(sidecar.file, current) && !isSame(sidecar.file, file),
    );
    const path = this.#pathOf(key);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const { ino, mtimeMs, size } = file;
    const sidecars: readonly Sidecar[] = [{ ...attributes, file: { ino, mtimeMs, size } }, ...old];
    writeFileWhole(path, JSON.stringify(sidecars), { mode: 0o600, isDurable: this.#isDurable });
  }

  remove(key: string): void {
    rmSync(this.#pathOf(key), { force: true });
  }

  #read(key: string): readonly Sidecar[] {
    return readSidecars(this.#pathOf(key));
  }

  #pathOf(key: string): string {
    const hash = keyHash(key);
    return join(this.#dir, hash.slice(0, 2), hash.slice(2));
  }
}

const OUTSIDE: Omit<ObjectAttributes, 'etag'> = {
  checksum: undefined,
  headers: {},
  userMetadata: {},
  tags: [],
  parts: undefined,
};

/** Of a file whose content has not been read: the form of a multipart object's, so that no client takes it for an MD5. */
function etagOf({ ino, mtimeMs, size }: FileIdentity): string {
  return `${createHash('md5').update(`${ino} ${mtimeMs} ${size}`).digest('hex')}-1`;
}

function isSame(one: FileIdentity, other: FileIdentity): boolean {
  return one.ino === other.ino && one.mtimeMs === other.mtimeMs && one.size === other.size;
}

function readSidecars(path: string): readonly Sidecar[] {
  // Missing, or lost in a power cut.
  const sidecars = readJson(readOwnFile(path) ?? '');
  return Array.isArray(sidecars) ? (sidecars as readonly Sidecar[]) : [];
}
