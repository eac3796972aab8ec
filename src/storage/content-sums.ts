import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { combineCrc32 } from '../checksum/crc-combine.ts';

/** Sums of a part of a file, or of a whole file that one request sends. */
export interface PartSums {
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
  /** In hexadecimal digits: what S3 calls the part, and the object of a single part, in its ETag. */
  readonly md5: string;
  readonly crc32: number;
}

/** Content that is known by its sums. */
export interface KnownContent {
  readonly bytes: number;
  /** In the sizes of `partsOf`: at least one. */
  readonly parts: readonly PartSums[];
}

/** Sums of content that grows piece by piece. */
export class GrowingSums {
  readonly #sha256 = createHash('sha256');
  readonly #md5 = createHash('md5');
  #crc32 = 0;
  #bytes = 0;

  update(piece: Uint8Array): void {
    this.#sha256.update(piece);
    this.#md5.update(piece);
    this.#crc32 = crc32(piece, this.#crc32);
    this.#bytes += piece.length;
  }

  /** To be called once. */
  digest(): PartSums {
    return {
      bytes: this.#bytes,
      sha256: this.#sha256.digest('hex'),
      md5: this.#md5.digest('hex'),
      crc32: this.#crc32,
    };
  }
}

/** The ETag, with its quotes, of an object of this content that was sent in `partsOf`, unless KMS encrypts it. */
export function etagOf({ parts }: KnownContent): string {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return `"${first.md5}"`;
  const hash = createHash('md5');
  for (const { md5 } of parts) hash.update(md5, 'hex');
  return `"${hash.digest('hex')}-${parts.length}"`;
}

/** The CRC-32 of the whole content. */
export function crc32Of({ parts }: KnownContent): number {
  return parts.reduce((sum, part) => combineCrc32(sum, part.crc32, part.bytes), 0);
}
