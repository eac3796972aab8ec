import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackArchive } from '../archive/lazy-archive.ts';
import { parseLocation, type S3Location } from '../contract/location.ts';
import { OptmlError } from '../errors/error.ts';
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
 * Writes the files of a job's model into the folder `dir` (absolute), unpacked. The model is in S3: a service that names a path
 * of this machine is not believed.
 *
 * @throws OptmlError USAGE for a job that has not ended, AWS_FAILED for a location that is not in S3; those of S3, of the archive
 * and of the disk.
 */
export async function downloadModelOf(
  job: TrainingJobDescription,
  dir: string,
  options: DownloadOptions,
): Promise<void> {
  const model = modelOf(job);
  const location = parseLocation(model);
  if ('s3' in location) return fetchModel(location.s3, isFolder(job), dir, options);
  throw new OptmlError('AWS_FAILED', `the service names a model that is not in S3: ${model}`, {
    fix: 'Download the model from where the job has written it.',
  });
}

/**
 * The same for a job of this machine, whose record may name a path. Its artifacts may be in S3, too.
 *
 * @throws OptmlError as {@link downloadModelOf}.
 */
export async function copyModelOf(job: TrainingJobDescription, dir: string, options: DownloadOptions): Promise<void> {
  const location = parseLocation(modelOf(job));
  if (!('path' in location)) return downloadModelOf(job, dir, options);
  if (isFolder(job)) return copyFolder(location.path, dir, options);
  await unpack(location.path, dir, options);
}

function modelOf({ ModelArtifacts, TrainingJobName: name, TrainingJobStatus: status }: TrainingJobDescription): string {
  if (status === 'InProgress' || status === 'Stopping') {
    throw usageError(`the job has no model yet: it is ${status}`, name, 'Wait for the job: await estimator.wait().');
  }
  // A service need not keep to the shape.
  const model: unknown = (ModelArtifacts as Partial<typeof ModelArtifacts> | undefined)?.S3ModelArtifacts;
  if (typeof model === 'string') return model;
  throw usageError(`the job has no model: it is ${status}`, name, 'Read the log of the job: it says why.');
}

function isFolder({ OutputDataConfig: output }: TrainingJobDescription): boolean {
  return output?.CompressionType === 'NONE';
}

async function fetchModel(
  location: S3Location,
  isPrefix: boolean,
  dir: string,
  options: DownloadOptions,
): Promise<void> {
  const { openS3 } = await import('#storage/s3');
  const s3 = openS3(options.variables, { warn: () => undefined, debug: () => undefined });
  const transfer = options.signal === undefined ? {} : { signal: options.signal };
  const work = mkdtempSync(join(tmpdir(), 'optml-model-'));
  try {
    if (isPrefix) {
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
