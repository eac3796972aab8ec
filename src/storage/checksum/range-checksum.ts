import { crc32 } from 'node:zlib';
import { combineCrc32 } from '../../checksum/crc-combine.ts';
import { crc32Bytes } from '../../checksum/digest.ts';
import { type S3Location, s3Uri } from '../../contract/location.ts';
import { partSizes } from '../head-object.ts';
import type { S3Session } from '../s3-session.ts';
import { TransferError } from '../transfer-error.ts';
import { FileSum } from './file-sum.ts';
import type { Checksum } from './stored-checksum.ts';

/** Sums what is downloaded in ranges, in whatever order they come. */
export interface RangeSum {
  /** Called with every chunk of the range that starts there, in order. */
  ofRange(start: number): (chunk: Uint8Array) => void;
  /** The range is in the file. */
  endRange(start: number, end: number): void;
  /** @throws TransferError when the object's sum is another. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** What is summed. */
export interface SummedObject {
  readonly session: S3Session;
  readonly location: S3Location;
  readonly file: string;
  readonly bytes: number;
  readonly signal: AbortSignal;
}

/** The way to check an object by its checksum: CRC-32s of ranges are combined, others are made by a thread from the file. */
export async function sumRanges(object: SummedObject, checksum: Checksum | undefined): Promise<RangeSum> {
  if (checksum === undefined) return bySizeAlone(object, 'it has no checksum, and its ETag is no MD5');
  if (checksum.algorithm === 'CRC32' && checksum.parts === undefined) return byCombining(object, checksum);
  const parts = await firstPart(object, checksum);
  if (parts === undefined) return bySizeAlone(object, 'where its parts end is not known');
  return byThread(object, checksum, parts);
}

/** @throws TransferError when the two differ. */
export function compareSums(expected: Buffer, found: Uint8Array, { algorithm }: Checksum): void {
  if (expected.equals(found)) return;
  const text = Buffer.from(found).toString('base64');
  throw new TransferError(`its ${algorithm} should be ${expected.toString('base64')}, and what came has ${text}`);
}

function bySizeAlone({ session, location }: SummedObject, why: string): RangeSum {
  session.log.debug(`${s3Uri(location)} is checked by its size alone: ${why}`);
  return {
    ofRange: () => () => undefined,
    endRange: () => undefined,
    check: async () => undefined,
    close: async () => undefined,
  };
}

function byCombining({ bytes }: SummedObject, checksum: Checksum): RangeSum {
  const sums = new Map<number, { sum: number; bytes: number }>();
  return {
    ofRange: (start) => {
      const range = { sum: 0, bytes: 0 };
      sums.set(start, range);
      return (chunk) => {
        range.sum = crc32(chunk, range.sum);
        range.bytes += chunk.length;
      };
    },
    endRange: () => undefined,
    check: async () => {
      let whole = 0;
      for (let at = 0; at < bytes; ) {
        const range = sums.get(at);
        if (range === undefined || range.bytes === 0) throw new TransferError(`nothing came of the range at ${at}`);
        whole = combineCrc32(whole, range.sum, range.bytes);
        at += range.bytes;
      }
      compareSums(checksum.expected, crc32Bytes(whole), checksum);
    },
    close: async () => undefined,
  };
}

function byThread(object: SummedObject, checksum: Checksum, parts: readonly number[]): RangeSum {
  const { file, bytes } = object;
  let follower = new FileSum(file, checksum.algorithm, parts);
  const ends = new Map<number, number>();
  let there = 0;
  return {
    ofRange: () => () => undefined,
    endRange: (start, end) => {
      ends.set(start, end);
      const before = there;
      for (let next = ends.get(there); next !== undefined; next = ends.get(there)) {
        ends.delete(there);
        there = next;
      }
      if (there > before) follower.isThere(there);
    },
    check: async () => {
      const sum = await follower.result(bytes);
      if (checksum.expected.equals(sum) || (checksum.parts ?? 1) === 1) {
        compareSums(checksum.expected, sum, checksum);
        return;
      }
      // Parts need not be of one size: before the content is to blame, each is asked for.
      const sizes = await partSizes(object.session, object.location, checksum.parts ?? 1, object.signal);
      if (sizes === undefined || sizes.every((size) => size === parts[0]))
        compareSums(checksum.expected, sum, checksum);
      await follower.close();
      follower = new FileSum(file, checksum.algorithm, sizes);
      compareSums(checksum.expected, await follower.result(bytes), checksum);
    },
    close: () => follower.close(),
  };
}

// Empty: there is one sum of all. Undefined: it is unknown how the sum is made.
async function firstPart(object: SummedObject, { parts }: Checksum): Promise<readonly number[] | undefined> {
  if (parts === undefined) return [];
  if (parts === 1) return [object.bytes];
  return await partSizes(object.session, object.location, 1, object.signal);
}
