import { type S3Location, s3Uri } from '../contract/location.ts';
import { cutText } from '../errors/quote-value.ts';
import type { Log } from '../log/log.ts';
import type { MissingFile, SyncResult } from './folder-sync.ts';

// More names would not help, and push the training's own last words out of sight.
const MOST_NAMED = 100;
const LONGEST_REASON = 400;

/** What {@link reportUploads} tells of. */
export interface UploadReport extends SyncResult {
  readonly dir: string;
  readonly target: S3Location;
  /** Whether the folder could be looked at to the end. */
  readonly isListed: boolean;
}

/** Says at the end of a job what was uploaded, and names what was not. */
export function reportUploads({ dir, target, isListed, ...result }: UploadReport, log: Log): void {
  const { missing, removed } = result;
  const done = `${count(result.uploaded)} (${result.uploadedBytes} bytes) uploaded to ${s3Uri(target)}`;
  const lost = removed === 0 ? '' : `; ${count(removed)} removed by the job before that`;
  if (isListed && missing.length === 0) {
    log.info(`Intermediate output: ${done}${lost}`);
    return;
  }
  const unsure = isListed ? '' : `; ${dir} did not answer in time: more may be missing`;
  const lines = missing.slice(0, MOST_NAMED).map(describe);
  if (missing.length > lines.length) lines.push(`  … and ${missing.length - lines.length} more`);
  log.error(
    [`Intermediate output: ${count(missing.length)} NOT uploaded; ${done}${lost}${unsure}`, ...lines].join('\n'),
  );
}

function describe({ path, bytes, reason, hasEarlier }: MissingFile): string {
  const size = bytes === undefined ? '' : ` (${bytes} bytes)`;
  const earlier = hasEarlier ? ', though an earlier state of it was' : '';
  return `  ${JSON.stringify(path)}${size}${earlier}: ${cutText(reason.replaceAll(/\s+/g, ' '), LONGEST_REASON)}`;
}

function count(files: number): string {
  return `${files} file${files === 1 ? '' : 's'}`;
}
