import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DEFAULT_BASE_DIR, RELATIVE_PATHS } from '../../../contract/paths.ts';
import { JobFolder } from '../../../job-tree/job-folder.ts';
import { ensureBelow, isFolderBelow } from '../../../job-tree/open-below.ts';
import { quoteCommand } from '../../../process/quote-command.ts';
import type { Mount } from '../../engine.ts';
import { lackLine, tryingLine } from './lacks.ts';
import { mountAll, mountTable } from './mount-table.ts';

/** The folder for temporary files of a host that has `/opt/ml`. Short: the path of a socket has at most 107 bytes. */
export const TEMPORARY_DIR = join(DEFAULT_BASE_DIR, 'tmp');

const OPT = dirname(DEFAULT_BASE_DIR);

/**
 * Commands for the shell of a host that make `/opt/ml` a folder there, over which the host's own can be mounted. The
 * machine's `/opt` may be read-only or another user's, and nothing is made in it: a file system in memory covers it in
 * this host's mounts only. The entries of `/opt` are bound into it, so programs there stay usable and writable. `staging`
 * is a path in a folder of ours. If this fails, the shell prints why, and goes on.
 */
export function optMlLines(mount: string, staging: string): readonly string[] {
  if (existsSync(DEFAULT_BASE_DIR)) return [];
  const entries = entriesOf(OPT);
  if (entries === undefined) return [lackLine(DEFAULT_BASE_DIR, `this machine has no folder ${OPT}`)];
  const of = (kind: Kind) => entries.filter((entry) => entry.kind === kind).map(({ name }) => name);
  const places = (names: readonly string[]) => names.map((name) => join(staging, name));
  const bound = [...of('folder'), ...of('file')].map((name) => ({
    source: join(OPT, name),
    target: join(staging, name),
    isReadOnly: false,
  }));
  const table = `${staging}-mounts`;
  writeFileSync(table, mountTable(bound));
  const links = of('link').map((name) => ['cp', '-P', join(OPT, name), staging]);
  const files = of('file').length === 0 ? [] : [['touch', ...places(of('file'))]];
  const commands = [
    ['mkdir', '-p', staging],
    [mount, '-n', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', staging],
    ['mkdir', ...places([...of('folder'), basename(DEFAULT_BASE_DIR)])],
    ...files,
    ...links,
    ...(bound.length === 0 ? [] : [mountAll(mount, table)]),
    [mount, '-n', '--move', staging, OPT],
  ];
  return [tryingLine(DEFAULT_BASE_DIR, commands.map(quoteCommand))];
}

type Kind = 'folder' | 'file' | 'link';

// A link to nothing in the place of `/opt/ml` is covered.
function entriesOf(dir: string): readonly { readonly name: string; readonly kind: Kind }[] | undefined {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter(({ name }) => join(dir, name) !== DEFAULT_BASE_DIR)
      .map((entry) => ({
        name: entry.name,
        kind: entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'file',
      }));
  } catch {
    return undefined;
  }
}

const KEPT = [
  RELATIVE_PATHS.inputDir,
  RELATIVE_PATHS.inputConfigDir,
  RELATIVE_PATHS.inputDataDir,
  RELATIVE_PATHS.modelDir,
  RELATIVE_PATHS.outputDir,
  RELATIVE_PATHS.outputDataDir,
  RELATIVE_PATHS.checkpointDir,
];

/**
 * Mounts that make `mlDir` the host's `/opt/ml`. Each folder of the contract is a mount, as on the platform: a program can
 * neither remove it nor put a link in its place. Makes the folder for temporary files at the path `temporary`.
 */
export function optMlMounts(mlDir: string, temporary: string): readonly Mount[] {
  mkdirSync(temporary, { recursive: true });
  const writable = (source: string, target: string): Mount => ({ source, target, isReadOnly: false });
  return [
    writable(mlDir, DEFAULT_BASE_DIR),
    writable(temporary, TEMPORARY_DIR),
    ...keptFolders(mlDir).map((path) => writable(join(mlDir, path), join(DEFAULT_BASE_DIR, path))),
  ];
}

function keptFolders(mlDir: string): readonly string[] {
  const root = JobFolder.open(mlDir);
  try {
    ensureBelow(root, basename(TEMPORARY_DIR)).close();
    return KEPT.filter((path) => isFolderBelow(root, path));
  } finally {
    root.close();
  }
}
