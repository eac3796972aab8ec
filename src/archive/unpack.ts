import { isAbsolute, posix } from 'node:path';
import { extract, type ReadEntry } from 'tar';
import { OptmlError, systemErrorCode } from '../errors/error.ts';

const KEPT_TYPES: ReadonlySet<string> = new Set([
  'File',
  'OldFile',
  'ContiguousFile',
  'Directory',
  'GNUDumpDir',
  'SymbolicLink',
  'Link',
]);

/**
 * Unpacks a tar archive, plain or gzipped, into the existing folder `dir`. Nothing is written outside of it: entries with
 * absolute names or `..`, links that lead out, and devices are refused. Owners and set-uid bits are not kept.
 *
 * @throws OptmlError ARCHIVE_INVALID; what was unpacked by then stays for the caller to remove.
 */
export async function unpackArchive(file: string, dir: string): Promise<void> {
  let refused: OptmlError | undefined;
  let entries = 0;
  try {
    await extract({
      file,
      cwd: dir,
      // Every oddity is an error, never a warning: a half-understood archive is no source.
      strict: true,
      // Never write through absolute names or `..`.
      preservePaths: false,
      // As root, tar would give files to the owners that the archive names.
      preserveOwner: false,
      noMtime: false,
      filter: (path, entry) => {
        entries++;
        refused ??= refusal(file, path, entry as ReadEntry);
        return refused === undefined;
      },
      onReadEntry: (entry) => {
        if (entry.mode !== undefined) entry.mode &= 0o777;
      },
    });
  } catch (error) {
    throw refused ?? damaged(file, error);
  }
  if (refused !== undefined) throw refused;
  if (entries === 0) throw damaged(file, new Error('it holds no entry'));
}

function refusal(file: string, path: string, entry: ReadEntry): OptmlError | undefined {
  const why = reasonToRefuse(path, entry);
  if (why === undefined) return undefined;
  return new OptmlError('ARCHIVE_INVALID', `${file} holds an entry that may not be unpacked: "${path}" ${why}`, {
    where: `${file}, entry ${path}`,
    fix: 'Make the archive anew from inside the source folder: tar czf source.tar.gz -C SOURCE .',
  });
}

function reasonToRefuse(path: string, entry: ReadEntry): string | undefined {
  if (isAbsolute(path)) return 'has an absolute name';
  if (leadsOut(path)) return 'leads out of the folder';
  if (!KEPT_TYPES.has(entry.type)) return `is of the type ${entry.type}`;
  const target = entry.linkpath ?? '';
  if (entry.type === 'SymbolicLink') {
    if (isAbsolute(target) || leadsOut(posix.join(posix.dirname(path), target))) {
      return `is a link that leads out of the folder, to "${target}"`;
    }
    if (goesBackUp(target)) {
      return `is a link that goes back up on its way, to "${target}"`;
    }
  }
  if (entry.type === 'Link' && (isAbsolute(target) || leadsOut(target)))
    return `is a hard link to "${target}", outside of the folder`;
  return undefined;
}

function leadsOut(path: string): boolean {
  const normal = posix.normalize(path);
  return normal === '..' || normal.startsWith('../');
}

// `a/..`: `a` may be a link itself, and then the text does not tell where this one leads.
function goesBackUp(target: string): boolean {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  return parts.some((part, index) => part === '..' && index > 0 && parts[index - 1] !== '..');
}

function damaged(file: string, error: unknown): OptmlError {
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new OptmlError('DISK_WRITE_FAILED', `${file} could not be unpacked: the disk is full`, {
      where: file,
      fix: 'Ask for a larger volume (VolumeSizeInGB).',
      cause: error,
    });
  }
  return new OptmlError(
    'ARCHIVE_INVALID',
    `${file} is not an archive that can be unpacked: ${(error as Error).message}`,
    {
      where: file,
      fix: 'Give a tar archive, plain or gzipped, that is complete.',
      cause: error,
    },
  );
}
