import { mkdirSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseLocation } from '../contract/location.ts';
import { PARTIAL_MARK } from '../contract/paths.ts';
import { OptmlError } from '../errors/error.ts';

/** How to get the source, and where to. */
export interface SourceRequest {
  /** `sagemaker_submit_directory` or `SAGEMAKER_SUBMIT_DIRECTORY`: a local path or a URI. */
  readonly location: string;
  /** Made when it does not exist. */
  readonly codeDir: string;
  /** Never copied, even where the source holds it: the job's own folder. */
  readonly baseDir: string;
}

/**
 * Copies or unpacks the user's source into the code directory when that is empty (contract C21); otherwise the location
 * is not even looked at. Whole or not at all. Returns what was done, for the log; undefined without a location of its own.
 *
 * @throws OptmlError SOURCE_NOT_FOUND, SOURCE_INVALID, ARCHIVE_INVALID or DISK_WRITE_FAILED.
 */
export async function fetchSource(request: SourceRequest): Promise<string | undefined> {
  const { codeDir } = request;
  mkdirSync(codeDir, { recursive: true });
  const entries = readdirSync(codeDir);
  // Where unfinished work is left, the rest of the content is its first half.
  const isUnfinished = entries.some((name) => name.startsWith(PARTIAL_MARK));
  if (entries.length > 0 && !isUnfinished) {
    return request.location === codeDir
      ? undefined
      : `source location ${request.location} is not used: ${codeDir} holds files already`;
  }
  const location = localPath(request.location);
  if (resolve(location) === resolve(codeDir)) return undefined;
  const { fillCodeDirectory } = await import('#entry-point/fill-code-directory');
  return fillCodeDirectory(location, request);
}

function localPath(location: string): string {
  const parsed = parseLocation(location);
  if ('path' in parsed) return parsed.path;
  const where = `source location "${location}"`;
  if ('trouble' in parsed) {
    throw new OptmlError('SOURCE_INVALID', `the source location ${location} is no local file: ${parsed.trouble}`, {
      where,
      fix: 'Give a path, or a URI such as file:///opt/source, with special characters encoded (% is %25).',
    });
  }
  if ('s3' in parsed) {
    throw new OptmlError(
      'SOURCE_INVALID',
      `the source lies at ${location}, and this version of optml does not download from S3`,
      {
        where,
        fix: 'Put the source into the image under /opt/ml/code, or give a local directory or archive.',
      },
    );
  }
  throw new OptmlError(
    'SOURCE_INVALID',
    `the source location has the scheme "${parsed.scheme}", which cannot be fetched`,
    {
      where,
      fix: 'Give a local directory, a tar archive or a file.',
    },
  );
}
