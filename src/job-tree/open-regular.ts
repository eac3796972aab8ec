import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { systemErrorCode } from '../errors/error.ts';
import { filePathOf, OPEN_FLAGS, PATH_FLAGS } from './descriptor-path.ts';
import { rawName } from './raw-name.ts';
import { naming } from './system-error.ts';

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;

/** How a regular file is opened. */
export interface OpenRegularOptions {
  /** Whether a link is the file that it leads to. By default it is an error: ELOOP. */
  readonly followsLink?: boolean;
}

/**
 * Opens the regular file at `path` for reading, without waiting; undefined for anything else. On Linux nothing else is opened:
 * opening a device can have an effect (it starts a watchdog, or rewinds a tape), and opening a named pipe ends the wait of its
 * writer. The caller closes the descriptor.
 *
 * @throws the system's error: ENOENT, ELOOP where it is a link, EACCES.
 */
export function openRegular(path: Buffer, { followsLink = false }: OpenRegularOptions = {}): number | undefined {
  const open = () => keepRegular(openSync(path, followsLink ? OPEN_FLAGS.readFollowing : OPEN_FLAGS.read));
  if (PATH_FLAGS === undefined) return open();
  const found = openSync(path, followsLink ? PATH_FLAGS & ~O_NOFOLLOW : PATH_FLAGS);
  try {
    const stats = fstatSync(found);
    // The system has the error for a link.
    if (stats.isSymbolicLink()) return open();
    return stats.isFile() ? reopen(found, path) : undefined;
  } catch (error) {
    // Without /proc, what was found cannot be opened.
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    return open();
  } finally {
    closeSync(found);
  }
}

/** An open regular file. The caller closes the descriptor. */
export interface OpenRegularFile {
  readonly descriptor: number;
  readonly stats: Stats;
}

/**
 * {@link openRegular} for a caller that has seen a regular file there, if nothing with fewer rights than this process can have
 * put a device in its place since: the hosts have ended. The file is opened directly, which takes half as long.
 *
 * @throws the system's error: ENOENT, ELOOP where it is a link, EACCES.
 */
export function openSettled(path: Buffer): OpenRegularFile | undefined {
  const descriptor = openSync(path, OPEN_FLAGS.read);
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return { descriptor, stats };
  closeSync(descriptor);
  return undefined;
}

function reopen(found: number, path: Buffer): number {
  const at = filePathOf(found);
  return naming(rawName(at), path.toString('latin1'), () => openSync(at, O_RDONLY | O_NONBLOCK));
}

function keepRegular(descriptor: number): number | undefined {
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  return undefined;
}
