import type { Check, ObjectAttributes, StoredObject } from '../buckets.ts';
import type { GrowingFile } from './growing-file.ts';

/** Where the objects of a bucket are made. */
export interface Place {
  /** The bucket's name, for messages. */
  readonly bucket: string;
  /** Whether what is acknowledged survives a power cut. */
  readonly isDurable: boolean;
  newFile(): GrowingFile;
  /**
   * Finishes a file and makes it the object of this key. Between the call of `check` and the end nothing changes the object.
   *
   * @throws what `check` throws; the system's error.
   */
  commitObject(file: GrowingFile, key: string, attributes: ObjectAttributes, check?: Check): Promise<StoredObject>;
}
