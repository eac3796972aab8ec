import { mkdirSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseLocation, type S3Location } from '../../contract/location.ts';
import { PARTIAL_MARK } from '../../contract/paths.ts';
import { OptmlError } from '../../errors/error.ts';
import type { Log } from '../../log/log.ts';
import type { ObjectStorage } from '../../storage/object-storage.ts';

/** How to get the source, and where to. */
export interface SourceRequest {
  /** `sagemaker_submit_directory` or `SAGEMAKER_SUBMIT_DIRECTORY`: a local path, a `file://` or an `s3://` URI. */
  readonly location: string;
  /** Made when it does not exist. */
  readonly codeDir: string;
  /** Never copied, even where the source holds it: the job's own folder. */
  readonly baseDir: string;
  /** Where credentials and programs are found. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly log: Log;
  /** Aborting it gives up, with the signal's own reason. */
  readonly signal: AbortSignal;
  /** Whether the caller removes the code directory after an abort: unfinished work is then left to it. */
  readonly isRemovedAfterAbort?: boolean;
  /** The storage that `s3://` URIs are read from. By default S3 as `variables` describe it. */
  readonly openStorage?: () => Promise<ObjectStorage>;
  /** Decides about the entries of a folder, `root` without links. By default everything is copied, as the reference does. */
  readonly select?: (root: string) => Promise<SourceSelection>;
}

/** An entry of a source that is about to be copied. */
export interface SourceEntry {
  /** Below the source, with slashes. */
  readonly path: string;
  /** Absolute; its folder without links. */
  readonly file: string;
  /** Whether it is a folder itself, and no link to one. */
  readonly isFolder: boolean;
}

/** What of a folder is copied, and what learns of it. */
export interface SourceSelection {
  readonly isLeftOut: (entry: SourceEntry) => boolean;
  /** A file has been copied. `path`: below the source. */
  readonly onFile: (path: string, bytes: number) => void;
  /** A link leads out of the source, and what it leads to (absolute, without links) is copied in its place. */
  readonly onOutside?: (path: string, end: string) => void;
  /** Called from time to time. */
  readonly onTurn: () => void;
  readonly onEnd: () => void;
}

/** Where a source lies that can be fetched. */
export type SourceLocation = { readonly path: string } | { readonly s3: S3Location };

/**
 * Copies or unpacks the user's source into the code directory when that is empty (contract C21); otherwise the location
 * is not even looked at. Whole or not at all. Returns what was done, for the log; undefined without a location of its own.
 *
 * @throws OptmlError SOURCE_NOT_FOUND, SOURCE_INVALID, ARCHIVE_INVALID, DISK_WRITE_FAILED, S3_NOT_FOUND, S3_REFUSED or S3_FAILED.
 */
export async function fetchSource(request: SourceRequest): Promise<string | undefined> {
  const { codeDir } = request;
  const entries = namesIn(codeDir);
  // Where unfinished work is left, the rest of the content is its first half.
  const isUnfinished = entries.some((name) => name.startsWith(PARTIAL_MARK));
  if (entries.length > 0 && !isUnfinished) {
    return request.location === codeDir
      ? undefined
      : `code directory ${codeDir} already contains files: train does not copy the source location ${request.location}`;
  }
  const location = sourceLocation(request.location);
  if ('path' in location && resolve(location.path) === resolve(codeDir)) return undefined;
  const { fillCodeDirectory } = await import('#entry-point/source/fill-code-directory');
  return fillCodeDirectory(location, request);
}

function namesIn(codeDir: string): readonly string[] {
  try {
    mkdirSync(codeDir, { recursive: true });
    return readdirSync(codeDir);
  } catch (error) {
    throw new OptmlError('DISK_WRITE_FAILED', `the code directory cannot be used: ${(error as Error).message}`, {
      where: codeDir,
      fix: 'Make it a folder that is readable and writable.',
      cause: error,
    });
  }
}

function sourceLocation(location: string): SourceLocation {
  const parsed = parseLocation(location);
  if ('path' in parsed || 's3' in parsed) return parsed;
  const what =
    'problem' in parsed
      ? `the source location ${location} is invalid: ${parsed.problem}`
      : `the source location has the scheme "${parsed.scheme}", which cannot be fetched`;
  throw new OptmlError('SOURCE_INVALID', what, {
    where: `source location "${location}"`,
    fix: 'Give a local directory, a tar archive or a file, or s3://BUCKET/KEY; in a file:// URI, % is %25.',
  });
}
