import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { readSettings, settingsFromVariables } from '../contract/settings.ts';
import { OptmlError } from '../errors/error.ts';
import { runArchiveWork } from './archive-work.ts';
import { parseOptions } from './parse-options.ts';

const HELP = `optml pack - packs a folder as train packs a model: DIR.tar.gz, content at its root

Usage: optml pack DIR [-o FILE]

  -o, --output FILE   where to (default: the folder's name and .tar.gz, in the working directory)
  --help              this text

OPTML_COMPRESSION says what compresses; with SOURCE_DATE_EPOCH no entry has a later time. FILE appears whole or not at all.
`;

/**
 * The command \`optml pack\`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option or when packing fails.
 */
export async function packCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const { words, flags, values } = parseOptions(args, {
    command: 'optml pack',
    words: ['DIR'],
    flags: ['help'],
    values: ['output'],
    short: { o: 'output' },
  });
  if (flags.has('help')) {
    process.stdout.write(HELP);
    return EXIT_CODES.success;
  }
  const dir = resolve(words[0] ?? '');
  checkFolder(dir);
  const file = resolve(values.get('output') ?? `${basename(dir) || 'root'}.tar.gz`);
  const { compression } = readSettings(settingsFromVariables(variables));
  const { packDirectory } = await import('#archive/pack');
  return runArchiveWork(file, (signal, progress) =>
    packDirectory(dir, file, {
      compression,
      variables,
      signal,
      warn: (message) => progress.note(message),
      ...(progress.show && { onProgress: progress.show }),
    }),
  );
}

function checkFolder(dir: string): void {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new OptmlError('SOURCE_NOT_FOUND', `there is no folder ${dir} to pack`, {
    where: dir,
    fix: 'Give the folder whose content is to be packed.',
  });
}
