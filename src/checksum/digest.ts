import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';

/** Sums that objects in S3 come with. */
export type Algorithm = 'CRC32' | 'CRC64NVME' | 'CRC32C' | 'SHA1' | 'SHA256' | 'MD5';

/** A sum that grows piece by piece. */
export interface Digest {
  update(piece: Uint8Array): void;
  /** Of all pieces so far, in the byte order that S3 writes. To be asked once. */
  digest(): Promise<Uint8Array> | Uint8Array;
}

/** A new sum of no bytes. CRC-32, SHA and MD5 are Node's own, the other two some 400 MB a second in JavaScript. */
export function makeDigest(algorithm: Algorithm): Digest {
  switch (algorithm) {
    case 'CRC32':
      return crc32Digest();
    case 'CRC32C':
      return new Crc32c();
    case 'CRC64NVME':
      return new Crc64Nvme();
    default:
      return createHash(algorithm.toLowerCase());
  }
}

/** The four bytes of a CRC-32 as S3 writes them. */
export function crc32Bytes(sum: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes;
}

function crc32Digest(): Digest {
  let sum = 0;
  return {
    update: (piece) => {
      sum = crc32(piece, sum);
    },
    digest: () => crc32Bytes(sum),
  };
}
