import { type Algorithm, type Digest, makeDigest } from '../../../checksum/digest.ts';

/** Sums of one content by several algorithms. */
export interface ContentSums {
  /** Adds a piece. Resolves when more can be taken; a result that is no promise means that it can already. */
  update(piece: Uint8Array): Promise<void> | undefined;
  /** The sums of all pieces, in the byte order that S3 writes. To be called once. */
  result(): Promise<ReadonlyMap<Algorithm, Uint8Array>>;
  /** Gives up, where there has been no result. */
  close(): void;
}

/** Sums on the thread that calls. */
export function contentSums(algorithms: readonly Algorithm[]): ContentSums {
  const digests = new Map<Algorithm, Digest>(algorithms.map((algorithm) => [algorithm, makeDigest(algorithm)]));
  return {
    update: (piece) => {
      for (const digest of digests.values()) digest.update(piece);
      return undefined;
    },
    result: async () => {
      const sums = new Map<Algorithm, Uint8Array>();
      for (const [algorithm, digest] of digests) sums.set(algorithm, await digest.digest());
      return sums;
    },
    close: () => undefined,
  };
}
