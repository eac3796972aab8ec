/** Who sent a request, as its signature shows, and what the signature says of the body. */
export interface Caller {
  readonly accessKeyId: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Of the signature's scope; that of the endpoint for signatures without one (version 2, forms). */
  readonly region: string;
  readonly payload: SignedPayload;
}

/** What a signature says of the body. */
export type SignedPayload =
  /** It covers the SHA-256 of the bytes, in hexadecimal. */
  | { readonly kind: 'hash'; readonly sha256: string }
  /** It does not cover the bytes: presigned URLs, forms, UNSIGNED-PAYLOAD. */
  | { readonly kind: 'unsigned' }
  /** The body is `aws-chunked`. */
  | {
      readonly kind: 'chunks';
      readonly hasTrailer: boolean;
      /** Undefined where the chunks carry no signatures. */
      readonly signatures: ChunkSignatures | undefined;
    };

/** Verifies the signatures of chunks, each of which covers the one before it. */
export interface ChunkSignatures {
  /** Whether `signature` (hexadecimal) is right for the next chunk, whose content has this SHA-256 (hexadecimal). */
  isNextChunk(signature: string, sha256: string): Promise<boolean>;
  /** Whether `signature` is right for the trailer, whose lines have this SHA-256. */
  isTrailer(signature: string, sha256: string): Promise<boolean>;
}
