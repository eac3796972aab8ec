import { chmodSync, lstatSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { looksLikeArchive } from '../../archive/formats.ts';
import { locateEntryPoint } from '../../entry-point/locate.ts';
import { copySource } from '../../entry-point/source/copy-source.ts';
import { systemErrorCode } from '../../errors/error.ts';
import { optmlHome } from '../../jobs/jobs-dir.ts';
import { IGNORE_FILE, selectSource } from '../../staging/source/source-selection.ts';
import { visibleLine } from '../../text/visible.ts';
import { type LocalFile, listTree } from './local-tree.ts';
import type { PrepareOptions } from './prepared-location.ts';
import type { LocalLocation } from './uploader.ts';

/** The name that both SDKs give to the archive. */
const ARCHIVE = 'sourcedir.tar.gz';

// Nearly all instance types of SageMaker have this processor.
const PLATFORM = { os: 'linux', cpu: 'x64' } as const;

const MOST_SHOWN = 8;

/**
 * The archive of a source, by the rules of `optml run`: one that is given as it is; a folder or a file becomes one. The same
 * source gives the same bytes: owners and times make no difference, and of permissions only whether the owner may execute a
 * file.
 *
 * @throws OptmlError SOURCE_NOT_FOUND, SOURCE_INVALID, ARCHIVE_INVALID; PROGRAM_NOT_FOUND and others about the entry point.
 */
export async function sourceArchive(location: LocalLocation, options: PrepareOptions): Promise<LocalFile> {
  const { workDir, variables, signal, log } = options;
  const codeDir = join(workDir, 'code');
  const tree = join(workDir, 'tree');
  for (const dir of [codeDir, tree]) mkdirSync(dir, { recursive: true });
  const outside: string[] = [];
  const select = async (root: string) => {
    const selection = await selectSource(root, {
      outputs: homeOf(variables),
      platform: PLATFORM,
      command: location.command ?? [],
      onProgress: () => undefined,
      say: log.info,
    });
    const onOutside = (path: string, end: string) => outside.push(`${path} -> ${end}`);
    return { ...selection, onOutside };
  };
  await copySource(location.path, tree, { baseDir: workDir, codeDir, variables, signal, select });
  if (outside.length > 0) log.warn(outsideWarning(outside));
  if (location.entryPoint !== undefined) await locateEntryPoint(location.entryPoint, tree);
  if (statSync(location.path).isFile() && looksLikeArchive(location.path)) return onlyFile(location, options);
  normalizeModes(tree);
  const { packDirectory } = await import('#archive/pack/pack');
  const file = join(workDir, ARCHIVE);
  await packDirectory(tree, file, {
    compression: 'node',
    variables: { SOURCE_DATE_EPOCH: '0' },
    signal,
    warn: log.warn,
  });
  return onlyFile({ ...location, path: file }, options);
}

// A project of somebody else may lead to files that must not leave this machine.
function outsideWarning(links: readonly string[]): string {
  const shown = links.slice(0, MOST_SHOWN).map(visibleLine);
  const more = links.length > shown.length ? ` and ${links.length - shown.length} more` : '';
  return `links lead out of the source, and what they lead to is uploaded: ${shown.join(', ')}${more}. List in ${IGNORE_FILE} what must stay here.`;
}

async function onlyFile(location: LocalLocation, { signal, log }: PrepareOptions): Promise<LocalFile> {
  const [file] = await listTree(location, { signal, warn: log.warn });
  return file as LocalFile;
}

/** Permissions depend on the umask of the user who made the files. */
function normalizeModes(dir: string): void {
  chmodSync(dir, 0o755);
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    const stats = lstatSync(path);
    if (stats.isDirectory()) normalizeModes(path);
    else if (stats.isFile()) chmodSync(path, (stats.mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

function homeOf(variables: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  try {
    return [realpathSync(optmlHome(variables))];
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    return [];
  }
}
