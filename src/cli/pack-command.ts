import { basename, resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { readSettings, settingsFromVariables } from '../contract/settings.ts';
import { OptmlError } from '../errors/error.ts';
import { kindAt } from '../job-tree/input/input-file.ts';
import { runArchiveWork } from './archive-work.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';
import { archiveLocation, upload, withCopy } from './s3-copy.ts';
import type { Progress } from './view/progress.ts';

const HELP = `optml pack - packs a folder as train packs a model: DIR.tar.gz, content at its root

Usage: optml pack DIR [-o FILE]

  -o, --output FILE   where to: a path, or s3://BUCKET/KEY (default: the folder's name and .tar.gz, in the working directory)
  --help              this text

OPTML_COMPRESSION chooses the compressor. With SOURCE_DATE_EPOCH, no entry has a later time. FILE is complete or absent.
`;

/** The options of `optml pack`. */
export const PACK_RULES: CommandRules = {
  command: 'optml pack',
  help: HELP,
  operands: ['DIR'],
  flags: [],
  values: ['output'],
  short: { o: 'output' },
};

/**
 * The command \`optml pack\`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option or when packing fails.
 */
export async function packCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, PACK_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const dir = resolve(given.operands[0] ?? '');
  checkFolder(dir);
  const output = given.values.get('output') ?? `${basename(dir) || 'root'}.tar.gz`;
  const location = archiveLocation(output, 'optml pack');
  const { compression } = readSettings(settingsFromVariables(variables));
  const { packDirectory } = await import('#archive/pack/pack');
  const pack = (file: string, signal: AbortSignal, { show, note }: Progress) =>
    packDirectory(dir, file, { compression, variables, signal, warn: note, onProgress: show });
  if ('path' in location) {
    const file = resolve(location.path);
    return runArchiveWork(file, (signal, progress) => pack(file, signal, progress));
  }
  return runArchiveWork(output, (signal, progress) => {
    const options = { variables, signal, ...progress };
    return withCopy(location.s3, options, async (file, storage) => {
      await storage.checkBucket(location.s3.bucket, { signal });
      const packed = await pack(file, signal, progress);
      await upload(storage, file, location.s3, options);
      return packed;
    });
  });
}

function checkFolder(dir: string): void {
  if (kindAt(dir) === 'a folder') return;
  throw new OptmlError('SOURCE_NOT_FOUND', `there is no folder ${dir} to pack`, {
    where: dir,
    fix: 'Give the folder whose content optml packs.',
  });
}
