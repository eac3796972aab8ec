import type { S3Location } from '../contract/location.ts';

/** How a transfer is watched and given up. */
export interface TransferOptions {
  /** Aborting it gives up: nothing half-written stays under a final name, and the signal's own reason is thrown. */
  readonly signal?: AbortSignal;
  /** Told how many bytes more have been transferred, as they are; of an upload, part by part. */
  readonly onBytes?: (bytes: number) => void;
}

/** How a file is uploaded. */
export interface UploadOptions extends TransferOptions {
  /** Whether the file is not needed any more: a bucket of this machine may take the file itself. By default not. */
  readonly isMoved?: boolean;
}

/** What was transferred. */
export interface Transferred {
  readonly objects: number;
  /** Size of all of them together, in bytes. */
  readonly bytes: number;
}

/** An object in a listing. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** When it was written, in milliseconds since 1970; 0 if the server does not say. */
  readonly writtenMs: number;
}

/**
 * An object storage such as S3, as far as training jobs need one. Every method retries what another attempt can fix, checks
 * size and checksum of what was transferred, and throws errors that name bucket, key, operation and what to do: OptmlError
 * S3_NOT_FOUND, S3_REFUSED or S3_FAILED; DISK_WRITE_FAILED where a file cannot be written here.
 */
export interface ObjectStorage {
  /** Makes sure, as far as that can be told without writing, that the bucket is there and the credentials are taken. */
  checkBucket(bucket: string, options?: TransferOptions): Promise<void>;
  /** Size of the object in bytes; undefined when there is none. */
  objectBytes(location: S3Location, options?: TransferOptions): Promise<number | undefined>;
  /** Downloads one object to `file` (an absolute path), beside it first. */
  downloadObject(location: S3Location, file: string, options?: TransferOptions): Promise<Transferred>;
  /**
   * Downloads every object whose key starts with the location's into the folder `dir`, by what follows there (contract C44).
   * The folder is the caller's to remove when it fails. Keys that end in a slash are folders.
   *
   * @throws OptmlError SOURCE_INVALID for a key that leads out of the folder or is no name for a file.
   */
  downloadPrefix(location: S3Location, dir: string, options?: TransferOptions): Promise<Transferred>;
  /** Uploads `file` (an absolute path) as one object: it appears whole or not at all. */
  uploadFile(file: string, location: S3Location, options?: UploadOptions): Promise<Transferred>;
  /** Every object whose key starts with the location's, in the order of the keys. */
  listObjects(location: S3Location, options?: TransferOptions): AsyncIterable<StoredObject>;
  /** The content of an object as it comes, without keeping it; checked for its size only. */
  readObject(location: S3Location, options?: TransferOptions): AsyncIterable<Buffer>;
  /** Deletes an object; one that is not there is no error. */
  deleteObject(location: S3Location, options?: TransferOptions): Promise<void>;
  /** Closes its connections. */
  close(): void;
}
