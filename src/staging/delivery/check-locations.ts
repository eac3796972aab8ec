import { promises } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseLocation } from '../../contract/location.ts';
import { isDiskFull, OptmlError, systemErrorCode } from '../../errors/error.ts';
import { partialPath } from '../../files/partial-path.ts';
import type { StagedJob } from '../staged-job.ts';

/**
 * Checks that the outputs and checkpoints of a job can be delivered, before its training starts: that a file can be written
 * on this machine, that the bucket exists in S3 and the credentials are valid. Leaves nothing behind.
 *
 * @throws OptmlError OUTPUT_LOCATION_INVALID, DISK_WRITE_FAILED, S3_NOT_FOUND, S3_REFUSED or S3_FAILED; the signal's reason.
 */
export async function checkLocations(job: Pick<StagedJob, 'request' | 'openStorage' | 'signal'>): Promise<void> {
  const { request, signal } = job;
  const { TrainingJobName: name, OutputDataConfig: output, CheckpointConfig: checkpoints } = request;
  const buckets = new Set<string>();
  const check = async (what: string, location: string, below: string) => {
    const parsed = parseLocation(location);
    if ('s3' in parsed) buckets.add(parsed.s3.bucket);
    else if ('path' in parsed) await checkFolder(what, join(parsed.path, below));
    else throw notALocation(what, location);
  };
  await check('the artifacts', output.S3OutputPath, join(name, 'output'));
  if (checkpoints !== undefined) await check('the checkpoints', checkpoints.S3Uri, '');
  if (buckets.size === 0) return;
  const storage = await job.openStorage();
  for (const bucket of buckets) await storage.checkBucket(bucket, { signal });
}

/** Writes a byte where the first missing folder of `folder` will be made, else in `folder`, and removes it. */
async function checkFolder(what: string, folder: string): Promise<void> {
  const existing = await nearestExisting(folder);
  // On a full disk an empty file can still be made.
  const probe = partialPath(join(existing, 'probe'));
  try {
    await promises.writeFile(probe, '\n', { flag: 'wx' });
    await promises.rm(probe);
  } catch (error) {
    await promises.rm(probe, { force: true }).catch(() => undefined);
    const { reason, fix } = explain(error);
    throw new OptmlError('DISK_WRITE_FAILED', `${what} cannot be written to ${folder}: ${reason}`, {
      where: existing,
      fix,
      cause: error,
    });
  }
}

async function nearestExisting(path: string): Promise<string> {
  try {
    await promises.stat(path);
    return path;
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || dirname(path) === path) return path;
    return nearestExisting(dirname(path));
  }
}

function explain(error: unknown): { readonly reason: string; readonly fix: string } {
  const other = 'Pass another location with --output, or change it in the job file.';
  switch (systemErrorCode(error)) {
    case 'EROFS':
      return { reason: 'the file system is read-only', fix: other };
    case 'ENOTDIR':
      return { reason: 'a part of this path is a file', fix: other };
    case 'EACCES':
    case 'EPERM':
      return {
        reason: 'this user has no permission to write there',
        fix: `Allow it for this user. ${other}`,
      };
    default:
      return isDiskFull(error)
        ? { reason: 'the disk is full', fix: `Free some space. ${other}` }
        : { reason: (error as Error).message, fix: other };
  }
}

function notALocation(what: string, location: string): OptmlError {
  return new OptmlError('OUTPUT_LOCATION_INVALID', `${what} cannot be written to "${location}"`, {
    where: location,
    fix: 'Pass a path, a file:// URI or s3://BUCKET/PREFIX.',
  });
}
