import { resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { OptmlError } from '../errors/error.ts';
import { quoteValue } from '../errors/quote-value.ts';
import { runArchiveWork } from './archive-work.ts';
import { parseOptions } from './parse-options.ts';
import { archiveLocation, download, withCopy } from './s3-copy.ts';
import type { Progress } from './view/progress.ts';

const HELP = `optml unpack - unpacks an archive as train unpacks a source: whole or not at all, nothing outside of the folder

Usage: optml unpack FILE DIR

  FILE                a tar archive: plain, gzip, zstd, bzip2 or xz; a path, or s3://BUCKET/KEY
  DIR                 a new or empty folder
  --max-bytes N       most bytes that all files together may have (default 1 TiB)
  --max-entries N     most entries that the archive may hold (default 1000000)
  --help              this text
`;

/**
 * The command \`optml unpack\`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, or when the archive is refused.
 */
export async function unpackCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const { operands, flags, values } = parseOptions(args, {
    command: 'optml unpack',
    operands: ['FILE', 'DIR'],
    flags: ['help'],
    values: ['max-bytes', 'max-entries'],
  });
  if (flags.has('help')) {
    process.stdout.write(HELP);
    return EXIT_CODES.success;
  }
  const [archive = '', folder = ''] = operands;
  const location = archiveLocation(archive, 'optml unpack');
  const dir = resolve(folder);
  const maxBytes = readCount('max-bytes', values);
  const maxEntries = readCount('max-entries', values);
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

function readCount(name: string, values: ReadonlyMap<string, string>): number | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new OptmlError('USAGE', `optml unpack: expected --${name} to be a whole number, got ${quoteValue(text)}`, {
    fix: 'Give it in plain digits.',
    exitCode: EXIT_CODES.usage,
  });
}
