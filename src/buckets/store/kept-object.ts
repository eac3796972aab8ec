import type { ObjectAttributes, ObjectChecksum, ObjectPart, ObjectTags, StoredObject } from '../buckets.ts';
import { type KeptFile, trailerOf } from './kept-file.ts';

/** What is kept with an object's content. Members may be added; absent ones are empty. */
interface KeptObject {
  readonly version: 1;
  readonly key: string;
  /** Bytes of the content: they show that the file is whole. */
  readonly size: number;
  readonly modifiedMs: number;
  readonly etag: string;
  readonly checksum?: ObjectChecksum | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly userMetadata?: Readonly<Record<string, string>> | undefined;
  readonly tags?: ObjectTags | undefined;
  readonly parts?: readonly ObjectPart[] | undefined;
}

/** The attributes of an object at the end of its file. */
export function objectTrailer(object: StoredObject): Buffer {
  const { key, size, modifiedAt, etag, checksum, headers, userMetadata, tags, parts } = object;
  const modifiedMs = modifiedAt.getTime();
  return trailerOf({
    version: 1,
    key,
    size,
    modifiedMs,
    etag,
    checksum,
    headers: filled(headers),
    userMetadata: filled(userMetadata),
    tags: tags.length > 0 ? tags : undefined,
    parts,
  } satisfies KeptObject);
}

/** The object in a file of the store; undefined if the file is not one of this version. */
export function objectIn({ size, kept }: Pick<KeptFile, 'kept' | 'size'>): StoredObject | undefined {
  const object = kept as KeptObject;
  if (object.version !== 1 || object.size !== size) return undefined;
  // Member by member: a rest of a destructuring leaves garbage that only a collection of the whole heap frees, at each call.
  const { key, modifiedMs, etag, checksum, headers = {}, userMetadata = {}, tags = [], parts } = object;
  return { key, size, modifiedAt: new Date(modifiedMs), etag, checksum, headers, userMetadata, tags, parts };
}

/** An object that is made now. */
export function newObject(key: string, size: number, attributes: ObjectAttributes): StoredObject {
  const { etag, checksum, headers, userMetadata, tags, parts } = attributes;
  return { key, size, modifiedAt: new Date(), etag, checksum, headers, userMetadata, tags, parts };
}

function filled(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  return Object.keys(record).length > 0 ? record : undefined;
}
