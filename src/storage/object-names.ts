import { posix } from 'node:path';

/** Where an object belongs below a folder, or why it belongs nowhere. */
export type PathOfKey = { readonly path: string; readonly isFolder: boolean } | { readonly refused: string };

/**
 * The place of a key below the folder that a prefix is downloaded to: what follows the prefix (contract C44), without the
 * slash where the prefix ends before one. An object whose key is the prefix itself keeps the last part of its name.
 */
export function pathOfKey(key: string, prefix: string): PathOfKey {
  const follows = key.slice(prefix.length);
  const isFolder = key.endsWith('/');
  if (follows === '' && !isFolder) return judge(posix.basename(key), false);
  const isBeforeSlash = prefix !== '' && !prefix.endsWith('/') && follows.startsWith('/');
  const path = isBeforeSlash ? follows.slice(1) : follows;
  if (!isFolder) return judge(path, false);
  // The folder itself.
  return path === '' ? { path: '', isFolder } : judge(path.slice(0, -1), true);
}

function judge(path: string, isFolder: boolean): PathOfKey {
  if (path.includes('\0')) return { refused: 'has a NUL in its name' };
  if (path.startsWith('/')) return { refused: 'would be an absolute path' };
  const parts = path.split('/');
  if (parts.includes('..')) return { refused: 'leads out of the folder by ".."' };
  if (parts.includes('') || parts.includes('.')) return { refused: 'has an empty or "." part, which no file can have' };
  if (parts.some((part) => Buffer.byteLength(part) > 255)) return { refused: 'has a name of more than 255 bytes' };
  return { path, isFolder };
}
