import { constants, lstatSync } from 'node:fs';

/**
 * Whether a name can be looked up in an open folder: Linux has `/proc/self/fd/N/NAME`, which is what `openat` does. Elsewhere
 * a folder is found by its path again, and {@link JobFolder} checks that it is still the same one.
 */
let hasLookup: boolean | undefined;

/** The path of the folder behind an open descriptor, in which names can be looked up; undefined without such paths. */
export function folderPathOf(descriptor: number): string | undefined {
  const path = `/proc/self/fd/${descriptor}`;
  hasLookup ??=
    process.platform === 'linux' && lstatSync(`${path}/.`, { throwIfNoEntry: false })?.isDirectory() === true;
  return hasLookup ? path : undefined;
}

/** A path that opens the file behind an open descriptor, whatever has happened to its name. */
export function filePathOf(descriptor: number): string {
  return process.platform === 'linux' ? `/proc/self/fd/${descriptor}` : `/dev/fd/${descriptor}`;
}

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * Flags of an open call that needs no permission for the entry itself: the descriptor serves to look at it and to change it,
 * not to read it. Node has no name for O_PATH, which is the same on all processors that Node runs on under Linux.
 */
export const PATH_FLAGS: number | undefined = process.platform === 'linux' ? 0x200000 | O_NOFOLLOW : undefined;

/** Flags of an open call that follows no link (but `readFollowing`) and does not wait for the other end of a FIFO. */
export const OPEN_FLAGS = {
  read: O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
  readFollowing: O_RDONLY | O_NONBLOCK,
  folder: O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
  /** A new file, or none. */
  create: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
} as const;
