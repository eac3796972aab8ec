import { OptmlError, systemErrorCode } from '../../errors/error.ts';

/** An entry that vanished. */
export const GONE = 'it was listed, then gone';

/** What the system says of an entry that is no longer what was listed. */
const CHANGES: Readonly<Record<string, string>> = {
  ENOENT: GONE,
  ELOOP: 'it was a file, then a link',
  ENOTDIR: 'it was a folder, then something else',
  ESTALE: 'the folder was moved',
  // From JobFolder.openFile, and from opening a socket.
  EINVAL: 'it was a file or a link, then something else',
  ENXIO: 'it was a file, then something else',
};

/** An entry that changed; `shown` is its path for messages. */
export function changedEntry(shown: string, how: string, cause?: unknown): OptmlError {
  return new OptmlError('PACKAGING_FAILED', `${shown} changed while it was being packed: ${how}`, {
    where: shown,
    fix: 'Finish writing the model before the training program ends; write elsewhere and rename.',
    cause,
  });
}

/** The error of an entry that has vanished or become something else; other errors as they are. */
export function entryError(error: unknown, shown: string): unknown {
  const how = CHANGES[systemErrorCode(error) ?? ''];
  return how === undefined ? error : changedEntry(shown, how, error);
}
