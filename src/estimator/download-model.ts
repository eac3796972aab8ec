import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackArchive } from '../archive/lazy-archive.ts';
import { parseLocation, type S3Location } from '../contract/location.ts';
import { copyTree } from '../job-tree/copy/copy-tree.ts';
import { JobFolder } from '../job-tree/job-folder.ts';
import type { TrainingJobDescription } from '../jobs/describe/describe.ts';
import { usageError } from './request/usage-error.ts';

interface DownloadOptions {
  /** Address and credentials of S3. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly signal?: AbortSignal | undefined;
}

const NEVER = new AbortController().signal;

/**
 * Writes the files of a job's model into the folder `dir` (absolute): unpacked, wherever the model is.
 *
 * @throws OptmlError USAGE for a job that has not ended; those of S3, of the archive and of the disk.
 */
export async function downloadModelOf(
  { ModelArtifacts, TrainingJobName: name, TrainingJobStatus: status, OutputDataConfig }: TrainingJobDescription,
  dir: string,
  options: DownloadOptions,
): Promise<void> {
  if (status === 'InProgress' || status === 'Stopping') {
    throw usageError(`the job has no model yet: it is ${status}`, name, 'Wait for the job: await estimator.wait().');
  }
  const location = parseLocation(ModelArtifacts.S3ModelArtifacts);
  const isFolder = OutputDataConfig?.CompressionType === 'NONE';
  if ('s3' in location) return fetchModel(location.s3, isFolder, dir, options);
  const { path } = location as { readonly path: string };
  if (isFolder) return copyFolder(path, dir, options);
  await unpack(path, dir, options);
}

async function fetchModel(
  location: S3Location,
  isFolder: boolean,
  dir: string,
  options: DownloadOptions,
): Promise<void> {
  const { openS3 } = await import('#storage/s3');
  const s3 = openS3(options.variables, { warn: () => undefined, debug: () => undefined });
  const transfer = options.signal === undefined ? {} : { signal: options.signal };
  const work = mkdtempSync(join(tmpdir(), 'optml-model-'));
  try {
    if (isFolder) {
      const below = location.key.endsWith('/') ? location : { ...location, key: `${location.key}/` };
      mkdirSync(dir, { recursive: true });
      await s3.downloadPrefix(below, dir, transfer);
      return;
    }
    const archive = join(work, 'model');
    await s3.downloadObject(location, archive, transfer);
    await unpack(archive, dir, options);
  } finally {
    rmSync(work, { recursive: true, force: true });
    s3.close();
  }
}

async function unpack(file: string, dir: string, { variables, signal }: DownloadOptions): Promise<void> {
  await unpackArchive(file, dir, { variables, ...(signal !== undefined && { signal }) });
}

async function copyFolder(path: string, dir: string, { signal = NEVER }: DownloadOptions): Promise<void> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const from = JobFolder.openFollowing(path);
  const to = JobFolder.openFollowing(dir);
  try {
    await copyTree(from, to, { signal, warn: () => undefined, isDurable: false });
  } finally {
    from.close();
    to.close();
  }
}
