import { type Digest, makeDigest } from '../../checksum/digest.ts';
import { compareSums, sumRanges } from '../checksum/range-checksum.ts';
import { checksumOf } from '../checksum/stored-checksum.ts';
import type { ObjectFacts } from '../head-object.ts';
import { getObject } from '../operations.ts';
import type { Download, Target } from './download.ts';
import { getContent } from './get-content.ts';
import { type Piece, writeBody } from './piece-writer.ts';

/** Fetches an object by one request, and checks it by what the answer says. */
export async function fetchWhole(download: Download, facts: ObjectFacts, target: Target): Promise<void> {
  const { bytes } = facts;
  const { session, location, signal, requests } = download;
  const report = onlyOnce(download.onBytes);
  await requests.run(signal, () =>
    session.attempt(getObject(location), signal, async () => {
      const { answer, body } = await getContent(download, facts);
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
      await writeBody(body, piece);
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
export async function fetchRange(download: Download, facts: ObjectFacts, piece: Piece): Promise<void> {
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
      const { body } = await getContent(download, facts, { start: counted.at, end: counted.end });
      await writeBody(body, counted);
    }),
  );
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
