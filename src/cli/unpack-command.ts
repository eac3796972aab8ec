import { resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { OptmlError } from '../errors/error.ts';
import { quoteValue } from '../errors/quote-value.ts';
import { parseOptions } from './parse-options.ts';
import { makeProgress } from './progress.ts';
import { stopSignal } from './stop-signal.ts';

const HELP = `optml unpack - unpacks an archive as train unpacks a source: whole or not at all, nothing outside of the folder

Usage: optml unpack FILE DIR

  FILE                a tar archive: plain, gzip, zstd, bzip2 or xz
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
  const { words, flags, values } = parseOptions(args, {
    command: 'optml unpack',
    words: ['FILE', 'DIR'],
    flags: ['help'],
    values: ['max-bytes', 'max-entries'],
  });
  if (flags.has('help')) {
    process.stdout.write(HELP);
    return EXIT_CODES.success;
  }
  const [file = '', dir = ''] = words.map((word) => resolve(word));
  const maxBytes = readCount('max-bytes', values);
  const maxEntries = readCount('max-entries', values);
  const { unpackArchive } = await import('#archive/unpack');
  const progress = makeProgress(process.stderr);
  const stop = stopSignal();
  try {
    const { entries, bytes } = await unpackArchive(file, dir, {
      variables,
      signal: stop.signal,
      ...(maxBytes !== undefined && { maxBytes }),
      ...(maxEntries !== undefined && { maxEntries }),
      ...(progress.isShown && { onProgress: (done: number) => progress.show(done) }),
    });
    progress.end();
    process.stdout.write(`${dir} (${entries} entries, ${bytes} bytes)\n`);
    return EXIT_CODES.success;
  } catch (error) {
    progress.end();
    if (stop.exitCode !== undefined) return stop.exitCode;
    throw error;
  } finally {
    stop.close();
  }
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
