import { keyLengthProblem } from '../key-length.ts';

/** Unfinished files at the root of a folder, which no list shows. */
export const HIDDEN_START = '.optml-partial.';

const LONGEST_NAME_BYTES = 255;

/** Where an object is in a folder of plain files. */
export interface KeyPath {
  /** Below the root; empty for the root itself. */
  readonly folder: string;
  /** Empty for an object that stands for the folder: its key ends with a slash, and it has no content. */
  readonly name: string;
}

export function keyPath(key: string): KeyPath {
  const at = key.lastIndexOf('/');
  return { folder: key.slice(0, Math.max(at, 0)), name: key.slice(at + 1) };
}

/** Why no file of a folder can have this key, whatever is in the folder; undefined if one can. */
export function pathProblem(key: string): string | undefined {
  const problem = keyLengthProblem(key);
  if (problem !== undefined) return problem;
  const names = (key.endsWith('/') ? key.slice(0, -1) : key).split('/');
  if (names.includes('')) return 'This bucket is a folder of files: a key cannot have an empty part between slashes.';
  if (names.some((name) => name === '.' || name === '..')) {
    return 'This bucket is a folder of files: no part of a key can be "." or "..".';
  }
  if (key.includes('\0')) return 'This bucket is a folder of files: a key cannot contain a zero byte.';
  if (names.some((name) => Buffer.byteLength(name) > LONGEST_NAME_BYTES)) {
    return `This bucket is a folder of files: a part of a key has at most ${LONGEST_NAME_BYTES} bytes.`;
  }
  if (key.startsWith(HIDDEN_START)) return `Names that begin with "${HIDDEN_START}" belong to optml.`;
  return undefined;
}
