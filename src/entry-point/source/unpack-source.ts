import { isZip, looksLikeArchive } from '../../archive/formats.ts';
import { OptmlError } from '../../errors/error.ts';
import { renamePathInError } from '../../errors/rename-path-in-error.ts';
import type { SourceRequest } from './source.ts';

const TAR_NAME = /\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz)$/i;

/**
 * Unpacks `file` into the folder `target` when it is an archive. Returns whether it is one. Errors call it `name`: where it
 * was downloaded to would explain nothing.
 *
 * @throws OptmlError ARCHIVE_INVALID, DISK_WRITE_FAILED or INTERPRETER_MISSING.
 */
export async function unpackSource(
  file: string,
  target: string,
  name: string,
  { variables, signal }: Pick<SourceRequest, 'variables' | 'signal'>,
): Promise<boolean> {
  if (!looksLikeArchive(file)) {
    // Under another name it may be the program: Python runs zip archives.
    if (TAR_NAME.test(name)) throw noTarArchive(name, isZip(file));
    return false;
  }
  const { MAKE_ANEW, unpackArchive } = await import('#archive/unpack/unpack');
  let entries: number;
  try {
    ({ entries } = await unpackArchive(file, target, { variables, signal }));
  } catch (error) {
    throw renamePathInError(error, file, name);
  }
  if (entries > 0) return true;
  throw new OptmlError('ARCHIVE_INVALID', `${name} is an archive without an entry`, { where: name, fix: MAKE_ANEW });
}

function noTarArchive(name: string, isZipArchive: boolean): OptmlError {
  const what = isZipArchive
    ? `is a zip archive with the name of a tar archive`
    : `has the name of a tar archive, but is none`;
  return new OptmlError('ARCHIVE_INVALID', `${name} ${what}`, {
    where: name,
    fix: 'Make a tar archive: tar czf source.tar.gz -C SOURCE .',
  });
}
