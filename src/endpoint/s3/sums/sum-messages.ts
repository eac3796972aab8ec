import type { Algorithm } from '../../../checksum/digest.ts';

/** To a thread that sums: a content begins, goes on by the first `length` bytes of a block, ends, or is given up. */
export type ToSumThread = { readonly id: number } & (
  | { readonly begin: readonly Algorithm[] }
  | { readonly block: ArrayBuffer; readonly length: number }
  | { readonly end: true }
  | { readonly drop: true }
);

/** From it: a block that is used and can be filled again, or the sums of a content. */
export type FromSumThread = { readonly id: number } & (
  | { readonly block: ArrayBuffer }
  | { readonly sums: ReadonlyMap<Algorithm, Uint8Array> }
);
