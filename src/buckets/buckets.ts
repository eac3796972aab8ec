import type { Readable } from 'node:stream';

/** The buckets of this machine. */
export interface Buckets {
  /** Sorted by name. */
  list(): readonly Bucket[];
  find(name: string): Bucket | undefined;
  /** A bucket without objects. The caller has checked the name's form, and that there is none of this name. */
  create(name: string, region: string): Promise<Bucket>;
  /** Removes an empty bucket; false, and nothing is removed, if it has objects or unfinished uploads. */
  remove(name: string): Promise<boolean>;
  /** Ends what runs in the background. Acknowledged writes are complete already. */
  close(): Promise<void>;
}

/** Objects under keys. What a method acknowledges survives the end of the process at any moment, and of others nothing is visible. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly createdAt: Date;
  /** Why an object with this key cannot be kept, as a sentence; undefined if it can. Folders of plain files cannot hold all keys. */
  keyProblem(key: string): string | undefined;
  head(key: string): Promise<StoredObject | undefined>;
  /** Opens an object. It stays as it was until it is closed, also if it is replaced or deleted meanwhile. */
  open(key: string): Promise<OpenObject | undefined>;
  /** Begins an object, of which nothing is visible before {@link ObjectWriter.commit}. */
  write(): Promise<ObjectWriter>;
  /** Replaces the tags of an object; false if there is none. */
  setTags(key: string, tags: ObjectTags): Promise<boolean>;
  /** Deletes an object. `check` sees what is there, and throws to keep it. Returns what was deleted. */
  delete(key: string, check?: Check): Promise<StoredObject | undefined>;
  /**
   * The objects whose keys begin with `prefix` and come after `after`, in the order of their UTF-8 bytes. With a `delimiter`,
   * keys that have it behind the prefix come as one common prefix, once.
   */
  entries(query: ListQuery): AsyncIterable<ListEntry>;
  readonly uploads: Uploads;
}

/** Sees the object that an operation would replace or delete, while no other operation can change it; throws to keep it. */
export type Check = (current: StoredObject | undefined) => void;

export interface ListQuery {
  readonly prefix: string;
  readonly delimiter?: string | undefined;
  /** Keys and common prefixes up to and including this one are left out. */
  readonly after?: string | undefined;
}

export type ListEntry =
  | { readonly kind: 'object'; readonly object: ListedObject }
  | { readonly kind: 'prefix'; readonly prefix: string };

/** What a list shows of an object. */
export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
  /** Algorithm and kind of its checksum, where it has one. */
  readonly checksum: Pick<ObjectChecksum, 'algorithm' | 'type'> | undefined;
}

export interface StoredObject extends ListedObject, ObjectAttributes {
  readonly checksum: ObjectChecksum | undefined;
}

/** What is kept with an object beside its content. */
export interface ObjectAttributes {
  /** Without quotes: the MD5 of the content in hexadecimal, or that of the MD5s of N parts with `-N`. */
  readonly etag: string;
  readonly checksum: ObjectChecksum | undefined;
  /** System metadata by the lower-case names of its headers: `content-type`, `cache-control`, `x-amz-server-side-encryption` … */
  readonly headers: Readonly<Record<string, string>>;
  /** Names without `x-amz-meta-`, in lower case. */
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly tags: ObjectTags;
  /** Of an object that was uploaded in parts, in their order. */
  readonly parts: readonly ObjectPart[] | undefined;
}

export type ObjectTags = readonly (readonly [name: string, value: string])[];

export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; of a composite one with `-N` behind it. */
  readonly value: string;
  readonly type: 'COMPOSITE' | 'FULL_OBJECT';
}

/** A part of an object, as it was uploaded. */
export interface ObjectPart {
  readonly size: number;
  readonly checksum: string | undefined;
}

export interface OpenObject extends StoredObject {
  /** The bytes from `start` up to but not including `end`; the whole content by default. To be called once. */
  read(start?: number, end?: number): Readable;
  /** To be called if {@link read} was not. */
  close(): Promise<void>;
}

/** Receives the content of an object or a part. After a failure of any method only `discard` may be called. */
export interface ObjectWriter {
  /** Resolves when more can be taken. The caller does not change the chunk any more. */
  write(chunk: Uint8Array): Promise<void>;
  /** Takes the content of another object, or a range of it, without copying it where the file system can. */
  writeFrom(source: OpenObject, start: number, end: number): Promise<void>;
  /** Makes the object visible under `key`, in place of the one that `check` sees. */
  commit(key: string, attributes: ObjectAttributes, check?: Check): Promise<StoredObject>;
  /** Makes it the part `number` (1 to 10,000) of an upload, in place of an earlier one. */
  commitPart(upload: Upload, number: number, part: PartAttributes): Promise<UploadedPart>;
  /** Removes what was written. Does nothing after a commit. */
  discard(): Promise<void>;
}

export type PartAttributes = Pick<ObjectAttributes, 'etag'> & { readonly checksum: string | undefined };

/** Unfinished multipart uploads of a bucket. */
export interface Uploads {
  begin(key: string, wanted: UploadAttributes): Promise<Upload>;
  find(key: string, id: string): Promise<Upload | undefined>;
  /** Sorted by key, then by their start. */
  list(): Promise<readonly Upload[]>;
  /** Sorted by number. */
  parts(upload: Upload): Promise<readonly UploadedPart[]>;
  /** Makes an object of these parts in this order, and ends the upload. */
  complete(
    upload: Upload,
    parts: readonly UploadedPart[],
    attributes: ObjectAttributes,
    check?: Check,
  ): Promise<StoredObject>;
  abort(upload: Upload): Promise<void>;
}

/** What an upload says of the object that it will make. */
export type UploadAttributes = Pick<ObjectAttributes, 'headers' | 'userMetadata' | 'tags'> & {
  readonly checksum: Pick<ObjectChecksum, 'algorithm' | 'type'> | undefined;
};

export interface Upload extends UploadAttributes {
  readonly id: string;
  readonly key: string;
  readonly startedAt: Date;
}

export interface UploadedPart extends PartAttributes {
  readonly number: number;
  readonly size: number;
  readonly modifiedAt: Date;
}
