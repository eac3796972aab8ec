import { open } from 'node:fs/promises';
import { EarlySync } from '../../archive/pack/early-sync.ts';
import { forEachAtOnce } from '../../concurrency/for-each-at-once.ts';
import { withScope } from '../../concurrency/scope.ts';
import { s3Uri } from '../../contract/location.ts';
import { isDiskFull, isOptmlError, OptmlError } from '../../errors/error.ts';
import { makeWhole } from '../../files/make-whole.ts';
import { sumRanges } from '../checksum/range-checksum.ts';
import { lookAtObject, type ObjectFacts } from '../head-object.ts';
import { getObject } from '../operations.ts';
import { explainS3Error } from '../s3-errors.ts';
import { ObjectChanged, TransferError, WriteError } from '../transfer-error.ts';
import type { Download, Target } from './download.ts';
import { fetchRange, fetchWhole } from './fetch.ts';

// Objects up to the least size come by one request. Larger ones come by ranges of about a sixteenth: enough of them to keep
// all requests busy to the end, and few, since each costs a signature.
const LEAST_RANGE_BYTES = 8 * 1024 * 1024;
const MOST_RANGE_BYTES = 32 * 1024 * 1024;
const USUAL_RANGES = 16;
/** Requests under way at the same time, over all downloads. */
export const MOST_REQUESTS = 8;
// A whole that does not add up, or that changed, is fetched again; not endlessly, since it may be large.
const MOST_STARTS = 2;

/** What a listing tells of an object. */
export type ListedFacts = Pick<ObjectFacts, 'bytes' | 'etag'>;

/**
 * Downloads an object beside its place, checks it, and renames it. Gives its size in bytes.
 *
 * @throws OptmlError S3_NOT_FOUND, S3_REFUSED, S3_FAILED, DISK_WRITE_FAILED; the signal's reason.
 */
export async function downloadFile(download: Download, listed?: ListedFacts): Promise<number> {
  const { location, signal } = download;
  for (let start = 1; ; start++) {
    try {
      return await downloadOnce(download, start === 1 ? listed : undefined);
    } catch (error) {
      signal.throwIfAborted();
      const isWorthAnother = error instanceof ObjectChanged || error instanceof TransferError;
      if (!isWorthAnother || start === MOST_STARTS) throw explainDownload(error, download, start);
      download.session.log.warn(`${s3Uri(location)} is downloaded again: ${error.message}`);
    }
  }
}

async function downloadOnce(download: Download, listed: ListedFacts | undefined): Promise<number> {
  const { session, location, file, signal, requests } = download;
  const isKnown = listed !== undefined && listed.bytes <= LEAST_RANGE_BYTES;
  const facts: ObjectFacts = isKnown
    ? { ...listed, checksum: undefined }
    : await requests.run(signal, () => lookAtObject(session, location, signal));
  // A channel may hold very many files: a sync of the folder for each would take most of the time.
  await makeWhole(file, (partial) => fetchObject(download, facts, partial), { signal, isNameDurable: false });
  return facts.bytes;
}

async function fetchObject(download: Download, facts: ObjectFacts, file: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    const sync = new EarlySync(handle);
    const inSteps = { ...download, onBytes: both(download.onBytes, (bytes) => sync.add(bytes)) };
    const target = { file, descriptor: handle.fd };
    // Ranges of an object that has no ETag could be of several versions.
    const isInOne = facts.bytes <= LEAST_RANGE_BYTES || facts.etag === undefined;
    await (isInOne ? fetchWhole(inSteps, facts, target) : fetchRanges(inSteps, facts, target));
    await sync.finish();
  } finally {
    await handle.close();
  }
}

async function fetchRanges(download: Download, facts: ObjectFacts, target: Target): Promise<void> {
  await withScope(download.signal, async (scope) => {
    const inScope = { ...download, signal: scope.signal };
    const sum = await sumRanges({ ...inScope, file: target.file, bytes: facts.bytes }, facts.checksum);
    try {
      await forEachAtOnce(ranges(facts.bytes), MOST_REQUESTS, scope, async ({ start, end }) => {
        const piece = { descriptor: target.descriptor, at: start, end, onChunk: sum.ofRange(start) };
        await fetchRange(inScope, facts, piece);
        sum.endRange(start, end);
      });
      await sum.check();
    } finally {
      await sum.close();
    }
  });
}

function both(first: Download['onBytes'], second: NonNullable<Download['onBytes']>): Download['onBytes'] {
  return (bytes) => {
    first?.(bytes);
    second(bytes);
  };
}

function* ranges(bytes: number): Generator<{ readonly start: number; readonly end: number }> {
  const step = Math.min(Math.max(Math.ceil(bytes / USUAL_RANGES), LEAST_RANGE_BYTES), MOST_RANGE_BYTES);
  for (let start = 0; start < bytes; start += step) {
    yield { start, end: Math.min(start + step, bytes) };
  }
}

function explainDownload(error: unknown, { location, file }: Download, starts: number): unknown {
  if (isOptmlError(error)) return error;
  if (error instanceof ObjectChanged || error instanceof TransferError) {
    return explainS3Error(error, getObject(location), starts);
  }
  const cause = error instanceof WriteError ? error.cause : error;
  return new OptmlError(
    'DISK_WRITE_FAILED',
    `cannot write ${s3Uri(location)} to ${file}: ${(cause as Error).message}`,
    {
      where: file,
      fix: isDiskFull(cause) ? 'Give the job a larger volume.' : 'Check that the folder is there and writable.',
      cause,
    },
  );
}
