import { createHash } from 'node:crypto';
import { compareCodePoints } from '../../json/code-points.ts';
import type { KnownContent } from '../../storage/content-store.ts';

/** A file of a tree, and its content. */
export interface HashedFile {
  readonly path: string;
  readonly content: KnownContent;
}

/** Hexadecimal digits of a hash in a prefix: 160 bits, as git has. */
const DIGITS = 40;

/**
 * The hash of a tree, which is that of the paths, sizes and contents of its files. Times, owners, permissions, empty folders
 * and the order of the files make no difference, and a link is the file that it leads to: S3 keeps nothing else. Objects of
 * another KMS key are others: the key is a part of the hash.
 */
export function treeHash(files: readonly HashedFile[], kmsKeyId: string | undefined): string {
  const hash = createHash('sha256').update('optml tree 1\0');
  for (const { path, content } of [...files].sort((a, b) => compareCodePoints(a.path, b.path))) {
    hash.update(`${path}\0${content.bytes}\0${content.parts.map(({ sha256 }) => sha256).join('')}\0`);
  }
  if (kmsKeyId !== undefined) hash.update(`\0${kmsKeyId}`);
  return hash.digest('hex').slice(0, DIGITS);
}
