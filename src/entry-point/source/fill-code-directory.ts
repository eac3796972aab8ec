import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PARTIAL_MARK } from '../../contract/paths.ts';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { copySource } from './copy-source.ts';
import type { SourceLocation, SourceRequest } from './source.ts';

/**
 * Downloads, copies or unpacks a source into the empty code directory. Fills a folder inside it first, so that it is on
 * the same file system, and moves its content up at the end. Returns what was done, for the log.
 *
 * @throws OptmlError SOURCE_NOT_FOUND, SOURCE_INVALID, ARCHIVE_INVALID, DISK_WRITE_FAILED, S3_NOT_FOUND, S3_REFUSED or
 * S3_FAILED.
 */
export async function fillCodeDirectory(location: SourceLocation, request: SourceRequest): Promise<string> {
  const dir = request.codeDir;
  for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true, force: true });
  let partial: string | undefined;
  try {
    partial = mkdtempSync(join(dir, PARTIAL_MARK));
    const tree = join(partial, 'code');
    mkdirSync(tree);
    const done = await fill({ location, download: join(partial, 'download'), target: tree }, request);
    for (const name of readdirSync(tree)) renameSync(join(tree, name), join(dir, name));
    return done;
  } catch (error) {
    if (['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'].includes(systemErrorCode(error) ?? '')) {
      throw new OptmlError(
        'DISK_WRITE_FAILED',
        `the source could not be written to ${dir}: ${(error as Error).message}`,
        {
          where: dir,
          fix: 'Check that the folder is writable and the disk has room.',
          cause: error,
        },
      );
    }
    throw error;
  } finally {
    const isLeft = request.signal.aborted && request.isRemovedAfterAbort === true;
    if (partial !== undefined && !isLeft) rmSync(partial, { recursive: true, force: true });
  }
}

interface Filling {
  readonly location: SourceLocation;
  /** Path of a file that need not stay. */
  readonly download: string;
  readonly target: string;
}

// What downloads is loaded only where something is in S3.
async function fill({ location, download, target }: Filling, request: SourceRequest): Promise<string> {
  if (!('s3' in location)) return copySource(location.path, target, request);
  const { downloadSource } = await import('./download-source.ts');
  return downloadSource({ location: location.s3, download, target }, request);
}
