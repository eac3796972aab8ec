import { promises as fs } from 'node:fs';
import { basename, join } from 'node:path';
import { isPrefix, locationBelow, type S3Location, s3Uri } from '../../contract/location.ts';
import { OptmlError } from '../../errors/error.ts';
import { addUp, progressLines } from '../../log/transfer-progress.ts';
import type { ObjectStorage } from '../../storage/object-storage.ts';
import type { SourceRequest } from './source.ts';
import { unpackSource } from './unpack-source.ts';

/** What is downloaded, and where to. */
export interface SourceDownload {
  readonly location: S3Location;
  /** Path of a file that need not stay. */
  readonly download: string;
  /** Folder for the source. */
  readonly target: string;
}

/**
 * Downloads a source from S3 into a folder: an object is unpacked when it is an archive, whatever it is called (contract
 * C21), and taken as it is otherwise; a prefix is a directory. Returns what was done.
 *
 * @throws OptmlError S3_NOT_FOUND, S3_REFUSED, S3_FAILED, SOURCE_INVALID, ARCHIVE_INVALID or DISK_WRITE_FAILED.
 */
export async function downloadSource(source: SourceDownload, request: SourceRequest): Promise<string> {
  if (request.openStorage !== undefined) return await downloadWith(await request.openStorage(), source, request);
  const { openS3 } = await import('#storage/s3');
  const storage = openS3(request.variables, request.log);
  try {
    return await downloadWith(storage, source, request);
  } finally {
    storage.close();
  }
}

async function downloadWith(
  storage: ObjectStorage,
  { location, download, target }: SourceDownload,
  request: SourceRequest,
): Promise<string> {
  const { signal } = request;
  const uri = s3Uri(location);
  const total = isPrefix(location) ? undefined : await storage.objectBytes(location, { signal });
  const onBytes = addUp(progressLines(request.log.info, `Downloading ${uri}`), total);
  const options = { signal, onBytes };
  if (total === undefined) {
    const prefix = locationBelow(location, '');
    const { objects } = await storage.downloadPrefix(prefix, target, options);
    return `source downloaded from ${s3Uri(prefix)} (${objects} objects)`;
  }
  await storage.downloadObject(location, download, options);
  if (await unpackSource(download, target, uri, request)) return `source unpacked from ${uri}`;
  await fs.rename(download, join(target, fileName(location)));
  return `source file downloaded from ${uri}`;
}

// What follows the last slash, which is never empty here.
function fileName(location: S3Location): string {
  const name = basename(location.key);
  if (name !== '.' && name !== '..' && !name.includes('\0')) return name;
  throw new OptmlError(
    'SOURCE_INVALID',
    `the source ${s3Uri(location)} cannot be a file: "${name}" is no name for one`,
    {
      where: s3Uri(location),
      fix: 'Give the object another key.',
    },
  );
}
