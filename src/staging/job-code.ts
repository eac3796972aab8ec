import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RELATIVE_PATHS } from '../contract/paths.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { mlDirsOf } from './ml-dirs.ts';
import type { StagedJob } from './staged-job.ts';

/** Where the code of a job may come from besides its source. */
export interface JobCodeOptions {
  /** A project folder that is run as it is; otherwise the image holds its own code. */
  readonly projectDir: string | undefined;
  /** Whether a source in S3 is left to the toolkit on the hosts, which can reach it. */
  readonly isS3Left: boolean;
}

/**
 * Puts the user's source into every host's `code/`, where it lies on this machine: the user's own folder is never written
 * to, and a container could not reach it. A source in S3 too, unless it `isS3Left`: the hosts have no credentials of their
 * own as on the platform, and the toolkit does not look for a source where `code/` is filled (contract C21).
 *
 * @throws OptmlError SOURCE_NOT_FOUND, SOURCE_INVALID, ARCHIVE_INVALID, DISK_WRITE_FAILED, S3_NOT_FOUND, S3_REFUSED or S3_FAILED.
 */
export async function putCode(job: StagedJob, { projectDir, isS3Left }: JobCodeOptions): Promise<void> {
  const { request, variables, log, signal } = job;
  const location = sourceOf(request, isS3Left) ?? projectDir;
  const [first, ...others] = mlDirsOf(job).map((dir) => ({ baseDir: dir, codeDir: join(dir, RELATIVE_PATHS.codeDir) }));
  if (location === undefined || first === undefined) return;
  const { fetchSource } = await import('../entry-point/source/source.ts');
  await fetchSource({ location, ...first, variables, log, signal });
  if (!existsSync(first.codeDir) || readdirSync(first.codeDir).length === 0) return;
  if (others.length === 0) return;
  // No host has run yet: no job has written there. Loaded for several hosts only, since it costs time at the start.
  const { copySourceTree } = await import('#staging/copy-source-tree');
  for (const { codeDir } of others) await copySourceTree(first.codeDir, codeDir);
}

// The SDK sends texts as JSON (contract C10); a place on this machine has been made plain before.
function sourceOf(request: TrainingJobRequest, isS3Left: boolean): string | undefined {
  const source = request.HyperParameters?.[TOOLKIT_HYPERPARAMETERS.submitDirectory] ?? '';
  if (source.startsWith('/')) return source;
  const [, uri] = /^"?(s3:\/\/[^"]+)"?$/.exec(source) ?? [];
  return isS3Left ? undefined : uri;
}
