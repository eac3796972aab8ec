import type { S3Location } from '../../../contract/location.ts';
import type { ObjectStorage, TransferOptions } from '../../../storage/object-storage.ts';

/** An object of a listing. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
}

/** Reads a storage without writing files. Errors are those of {@link ObjectStorage}. */
export interface ObjectReader {
  /** The objects whose keys start with the location's, in the order of their keys. Keys that end in a slash are folders. */
  listObjects(location: S3Location, options?: TransferOptions): AsyncIterable<ListedObject>;
  /** The object's bytes as they come; leaving the loop early closes the connection. */
  readObject(location: S3Location, options?: TransferOptions): AsyncIterable<Buffer>;
}

/** What channels need of a storage. */
export type ChannelStorage = ObjectStorage & ObjectReader;
