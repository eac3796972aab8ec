import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseLocation, type S3Location } from '../../contract/location.ts';
import { ARTIFACT_NAMES } from '../../contract/paths.ts';
import { OptmlError } from '../../errors/error.ts';
import type { Log } from '../../log/log.ts';
import type { ObjectStorage, TransferOptions } from '../../storage/object-storage.ts';

/** How a model is downloaded. */
export interface ModelDownload {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly log: Pick<Log, 'warn' | 'debug'>;
  /** Unpack the archive into the folder, which must be empty or missing. By default the archive itself is put there. */
  readonly extract?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Downloads a model, `s3://BUCKET/…/model.tar.gz`, into the folder `dir` (absolute), which is made if it is missing. One that is
 * not packed, a prefix that ends in a slash, is a folder of files in any case. Gives the path of the file or folder.
 *
 * @throws OptmlError S3_NOT_FOUND, S3_REFUSED, S3_FAILED, ARCHIVE_INVALID, DESTINATION_INVALID, DISK_WRITE_FAILED.
 */
export async function downloadModel(uri: string, dir: string, options: ModelDownload): Promise<string> {
  const location = parseLocation(uri);
  if (!('s3' in location)) {
    throw new OptmlError('DESTINATION_INVALID', `${uri} is no model in S3`, {
      where: uri,
      fix: 'Give the S3ModelArtifacts of a job: s3://BUCKET/…/model.tar.gz',
    });
  }
  const { openS3 } = await import('#storage/s3');
  const storage = openS3(options.variables, options.log);
  const { signal, onBytes } = options;
  const transfer = { ...(signal !== undefined && { signal }), ...(onBytes !== undefined && { onBytes }) };
  try {
    return await download(storage, location.s3, { dir, options, transfer });
  } finally {
    storage.close();
  }
}

interface Destination {
  readonly dir: string;
  readonly options: ModelDownload;
  readonly transfer: TransferOptions;
}

async function download(storage: ObjectStorage, location: S3Location, { dir, options, transfer }: Destination) {
  if (location.key.endsWith('/')) {
    mkdirSync(dir, { recursive: true });
    await storage.downloadPrefix(location, dir, transfer);
    return dir;
  }
  if (options.extract !== true) {
    mkdirSync(dir, { recursive: true });
    const file = join(dir, basename(location.key));
    await storage.downloadObject(location, file, transfer);
    return file;
  }
  const { variables, signal } = options;
  const work = mkdtempSync(join(tmpdir(), 'optml-model-'));
  try {
    const archive = join(work, ARTIFACT_NAMES.model.archive);
    await storage.downloadObject(location, archive, transfer);
    const { unpackArchive } = await import('#archive/unpack/unpack');
    await unpackArchive(archive, dir, { variables, ...(signal !== undefined && { signal }) });
    return dir;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
