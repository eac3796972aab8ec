import { resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { runArchiveWork } from './archive-work.ts';
import { LARGE_NUMBER, numberOf } from './options/option-values.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';
import { archiveLocation, download, withCopy } from './s3-copy.ts';
import type { Progress } from './view/progress.ts';

const HELP = `optml unpack - unpacks an archive as train unpacks a source: completely or not at all, nothing outside of the folder

Usage: optml unpack FILE DIR

  FILE                a tar archive: plain, gzip, zstd, bzip2 or xz; a path, or s3://BUCKET/KEY
  DIR                 a new or empty folder
  --max-bytes N       most bytes of all files together (default 1 TiB)
  --max-entries N     most entries of the archive (default 1000000)
  --help              this text
`;

/** The options of `optml unpack`. */
export const UNPACK_RULES: CommandRules = {
  command: 'optml unpack',
  help: HELP,
  operands: ['FILE', 'DIR'],
  flags: [],
  values: ['max-bytes', 'max-entries'],
};

/**
 * The command \`optml unpack\`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, or when the archive is refused.
 */
export async function unpackCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, UNPACK_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const [archive = '', folder = ''] = given.operands;
  const location = archiveLocation(archive, given.command);
  const dir = resolve(folder);
  const maxBytes = numberOf(given, 'max-bytes', LARGE_NUMBER);
  const maxEntries = numberOf(given, 'max-entries', LARGE_NUMBER);
  const { unpackArchive } = await import('#archive/unpack/unpack');
  const unpack = (file: string, signal: AbortSignal, { show }: Progress) =>
    unpackArchive(file, dir, {
      variables,
      signal,
      ...(maxBytes !== undefined && { maxBytes }),
      ...(maxEntries !== undefined && { maxEntries }),
      onProgress: show,
    });
  return runArchiveWork(dir, (signal, progress) => {
    if ('path' in location) return unpack(resolve(location.path), signal, progress);
    const options = { variables, signal, ...progress };
    return withCopy(location.s3, options, async (file, storage) => {
      await download(storage, location.s3, file, options);
      return unpack(file, signal, progress);
    });
  });
}
