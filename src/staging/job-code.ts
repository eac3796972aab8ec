import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { RELATIVE_PATHS } from '../contract/paths.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';
import { copyTree } from '../job-tree/copy/copy-tree.ts';
import { findFolder } from '../job-tree/open-below.ts';
import { optmlHome } from '../jobs/jobs-dir.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { mlDirOf, openMlDir } from './ml-dirs.ts';
import { selectSource } from './source/source-selection.ts';
import type { StagedJob } from './staged-job.ts';

/** Where the code of a job may come from, apart from its source. */
export interface JobCodeOptions {
  /** A project folder that is run as it is; otherwise the image holds its own code. */
  readonly projectDir: string | undefined;
  /** Whether a source in S3 is left to the toolkit on the hosts, which can reach it. */
  readonly isS3Left: boolean;
  /** The operating system of the hosts. By default Linux, as containers have. */
  readonly os?: string;
  /** Receives a line about entries that were left out of the copy, or that may be. */
  readonly say?: (line: string) => void;
}

/**
 * Puts the user's source into every host's `code/`, where it lies on this machine: the user's own folder is never written
 * to, and a container could not reach it. A source in S3 too, unless it `isS3Left`: the hosts have no credentials of their
 * own as on the platform, and the toolkit does not look for a source where `code/` is filled (contract C21).
 *
 * @throws OptmlError SOURCE_NOT_FOUND, SOURCE_INVALID, ARCHIVE_INVALID, DISK_WRITE_FAILED, S3_NOT_FOUND, S3_REFUSED or S3_FAILED.
 */
export async function putCode(job: StagedJob, options: JobCodeOptions): Promise<void> {
  const { projectDir, isS3Left, os = 'linux', say = () => undefined } = options;
  const { request, variables, log, signal, openStorage } = job;
  const { AlgorithmSpecification: algorithm } = request;
  const location = localSource(request) ?? (isS3Left ? undefined : sourceInS3(request)) ?? projectDir;
  const [first, ...others] = job.hosts.map(({ name }) => name);
  if (location === undefined || first === undefined) return;
  const baseDir = mlDirOf(job, first);
  const { fetchSource } = await import('../entry-point/source/source.ts');
  const codeDir = join(baseDir, RELATIVE_PATHS.codeDir);
  const select = (root: string) =>
    selectSource(root, {
      outputs: ownFolders(job),
      platform: { os, cpu: process.arch },
      command: [algorithm?.ContainerEntrypoint, algorithm?.ContainerArguments].flatMap((words) => words ?? []),
      onProgress: (doneBytes) => job.onProgress('Copying the source', doneBytes, undefined),
      say,
    });
  const source = { location, baseDir, codeDir, variables, log, signal, openStorage, select };
  await fetchSource({ ...source, isRemovedAfterAbort: true });
  for (const host of others) await copyCode(job, first, host);
}

/** Where optml itself writes, on this machine: artifacts, checkpoints and its jobs. */
function ownFolders({ request, variables }: StagedJob): readonly string[] {
  const places = [request.OutputDataConfig?.S3OutputPath, request.CheckpointConfig?.S3Uri, optmlHome(variables)];
  return places.flatMap((place) => {
    if (!place?.startsWith('/')) return [];
    try {
      return [realpathSync(place)];
    } catch {
      // Nothing is there that could be copied.
      return [];
    }
  });
}

async function copyCode(job: StagedJob, first: string, host: string): Promise<void> {
  const [from, to] = [openMlDir(job, first), openMlDir(job, host)];
  try {
    const { folder: code } = findFolder(from, RELATIVE_PATHS.codeDir);
    if (code === undefined) return;
    const copy = to.createFolder(RELATIVE_PATHS.codeDir);
    await copyTree(code, copy, { signal: job.signal, warn: job.warn, isDurable: false }).finally(() => {
      code.close();
      copy.close();
    });
  } finally {
    from.close();
    to.close();
  }
}

function localSource({ HyperParameters: parameters }: TrainingJobRequest): string | undefined {
  // A place on this machine has been made plain before.
  const source = parameters?.[TOOLKIT_HYPERPARAMETERS.submitDirectory];
  return source?.startsWith('/') === true ? source : undefined;
}

/** The source of a job that is in S3. */
export function sourceInS3({ HyperParameters: parameters }: TrainingJobRequest): string | undefined {
  // The SDK sends texts as JSON (contract C10).
  return /^"?(s3:\/\/[^"]+)"?$/.exec(parameters?.[TOOLKIT_HYPERPARAMETERS.submitDirectory] ?? '')?.[1];
}
