import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { type Digest, makeDigest } from '../checksum/digest.ts';
import { compareSums, sumRanges } from '../checksum/range-checksum.ts';
import { checksumOf } from '../checksum/stored-checksum.ts';
import type { ObjectFacts } from '../head-object.ts';
import { bodyOf } from '../http-handler.ts';
import { getObject } from '../operations.ts';
import { statusOf } from '../s3-errors.ts';
import { withHeaders } from '../s3-session.ts';
import { ObjectChanged, TransferError } from '../transfer-error.ts';
import type { Download, Target } from './download.ts';
import { type Piece, writeBody } from './piece-writer.ts';

/** Fetches an object by one request, and checks it by what the answer says. */
export async function fetchWhole(download: Download, { bytes, etag }: ObjectFacts, target: Target): Promise<void> {
  const { session, location, signal, requests } = download;
  const report = onlyOnce(download.onBytes);
  await requests.run(signal, () =>
    session.attempt(getObject(location), signal, async () => {
      const answer = await get(download, { etag });
      const checksum = checksumOf(answer);
      const isInOne = checksum !== undefined && checksum.parts === undefined;
      const digest: Digest | undefined = isInOne ? makeDigest(checksum.algorithm) : undefined;
      const piece: Piece = {
        descriptor: target.descriptor,
        at: 0,
        end: bytes,
        onChunk: (chunk) => {
          digest?.update(chunk);
          report(chunk.length);
        },
      };
      report.again();
      await writeBody(bodyOf(answer), piece);
      if (isInOne && digest !== undefined) compareSums(checksum.expected, await digest.digest(), checksum);
      else await checkFile({ ...download, file: target.file, bytes }, checksum);
    }),
  );
}

async function checkFile(
  object: Parameters<typeof sumRanges>[0],
  checksum: Parameters<typeof sumRanges>[1],
): Promise<void> {
  const sum = await sumRanges(object, checksum);
  try {
    sum.endRange(0, object.bytes);
    await sum.check();
  } finally {
    await sum.close();
  }
}

/** Fetches one range of an object; a further attempt goes on where one broke off. */
export async function fetchRange(download: Download, { bytes, etag }: ObjectFacts, piece: Piece): Promise<void> {
  const { session, location, signal, requests, onBytes } = download;
  const counted: Piece = {
    ...piece,
    onChunk: (chunk) => {
      piece.onChunk(chunk);
      onBytes?.(chunk.length);
    },
  };
  await requests.run(signal, () =>
    session.attempt(getObject(location), signal, async () => {
      // The last attempt may have broken off after the last byte.
      if (counted.at === counted.end) return;
      const range = `bytes=${counted.at}-${counted.end - 1}`;
      const answer = await get(download, { etag, range });
      const body = bodyOf(answer);
      if (answer.ContentRange !== `${range.replace('=', ' ')}/${bytes}`) {
        body.destroy();
        throw new TransferError(`${range} was asked for, and ${answer.ContentRange ?? 'the whole'} came`);
      }
      await writeBody(body, counted);
    }),
  );
}

async function get(
  { session, location, signal }: Download,
  { etag, range }: { readonly etag: string | undefined; readonly range?: string },
): Promise<GetObjectCommandOutput> {
  try {
    return await session.send(getObject(location), signal, (client, options) => {
      const command = new GetObjectCommand({
        Bucket: location.bucket,
        Key: location.key,
        ...(range !== undefined && { Range: range }),
        ...(etag !== undefined && { IfMatch: etag }),
      });
      // By the member of that name the SDK would check by itself, with a copy of everything. A range has no sum.
      const headers = range === undefined ? { 'x-amz-checksum-mode': 'ENABLED' } : {};
      return client.send(withHeaders(command, headers), options);
    });
  } catch (error) {
    const status = statusOf(error);
    if (status === 412 || status === 416) throw new ObjectChanged('it changed while it was being downloaded');
    throw error;
  }
}

/** Passes numbers of bytes on, but not those that an earlier attempt has reported already. */
function onlyOnce(onBytes: ((bytes: number) => void) | undefined) {
  let reported = 0;
  let current = 0;
  const report = (bytes: number) => {
    current += bytes;
    if (current > reported) {
      onBytes?.(current - reported);
      reported = current;
    }
  };
  return Object.assign(report, {
    again: () => {
      current = 0;
    },
  });
}
