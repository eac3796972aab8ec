import type { S3Location } from '../contract/location.ts';
import { renamePathInError } from '../errors/rename-path-in-error.ts';
import { filePathOf } from '../job-tree/descriptor-path.ts';
import type { ObjectStorage, TransferOptions, Transferred } from './object-storage.ts';

/** An open regular file of a job. */
export interface OpenFile {
  readonly descriptor: number;
  /** What messages call it. */
  readonly shown: string;
}

/**
 * Uploads an open file as one object: the file that was checked, whatever a job has put in its place since.
 *
 * @throws as `uploadFile`.
 */
export async function uploadOpenFile(
  storage: ObjectStorage,
  { descriptor, shown }: OpenFile,
  location: S3Location,
  options: TransferOptions,
): Promise<Transferred> {
  const path = filePathOf(descriptor);
  try {
    return await storage.uploadFile(path, location, options);
  } catch (error) {
    throw renamePathInError(error, path, shown);
  }
}
