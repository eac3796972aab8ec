import type { ChunkSignatures } from '../http/caller.ts';
import { isSame } from './is-same.ts';
import { hmacHex } from './sha256.ts';

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What the signatures of chunks depend on. */
export interface ChunkSeed {
  readonly signingKey: Uint8Array;
  readonly time: string;
  readonly scope: string;
  /** That of the request, which the first chunk's covers. */
  readonly signature: string;
}

/** Verifies the signatures of the chunks of one body, in their order. */
export function chunkSignatures({ signingKey, time, scope, signature }: ChunkSeed): ChunkSignatures {
  let previous = signature;
  const check = (given: string, text: string): boolean => {
    const expected = hmacHex(signingKey, text);
    previous = expected;
    return isSame(given, expected);
  };
  return {
    isNextChunk: async (given, sha256) =>
      check(given, ['AWS4-HMAC-SHA256-PAYLOAD', time, scope, previous, EMPTY_SHA256, sha256].join('\n')),
    isTrailer: async (given, sha256) =>
      check(given, ['AWS4-HMAC-SHA256-TRAILER', time, scope, previous, sha256].join('\n')),
  };
}

/** Signatures that all pass, as any credentials are accepted. */
export function anyChunkSignatures(): ChunkSignatures {
  return { isNextChunk: async () => true, isTrailer: async () => true };
}
