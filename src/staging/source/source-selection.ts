import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SourceEntry, SourceSelection } from '../../entry-point/source/source.ts';
import { sizeText } from '../../log/transfer-progress.ts';
import { DEFAULT_OUTPUT } from '../../request/flags.ts';
import { visibleLine } from '../../text/visible.ts';
import { foreignModules, type Platform } from './foreign-modules.ts';
import type { IgnoreRules } from './ignore-rules.ts';
import { isVirtualEnvironment } from './virtual-environment.ts';

/** The user's list of what is not a part of the source. */
export const IGNORE_FILE = '.optmlignore';

/** What decides about the entries of a source. */
export interface SelectionOptions {
  /** Folders that optml itself writes: artifacts, checkpoints, jobs. Absolute, without links. */
  readonly outputs: readonly string[];
  /** Where the source will run. */
  readonly platform: Platform;
  /** The job's own command: what it names is a part of the source. */
  readonly command: readonly string[];
  readonly onProgress: (doneBytes: number) => void;
  /** Receives a line about what was left out or should be. */
  readonly say: (line: string) => void;
}

// What takes long to copy for every start of a job.
const LARGE_BYTES = 50 << 20;
const LARGE_FILES = 5000;
const MOST_SHOWN = 8;

/**
 * What of the folder `root` is a part of the source: everything but `.git`, what optml itself writes, packages of another platform,
 * virtual environments, and what {@link IGNORE_FILE} lists.
 *
 * @throws OptmlError SOURCE_INVALID for a list that cannot be read.
 */
export async function selectSource(root: string, options: SelectionOptions): Promise<SourceSelection> {
  const { ignored, ignoredByGit } = await rulesOf(root);
  const { outputs, platform, command, onProgress } = options;
  // Names may contain line breaks.
  const say = (line: string) => options.say(visibleLine(line));
  const folders = new Map<string, { bytes: number; files: number }>();
  const byGit = new Set<string>();
  let bytes = 0;
  const isOwn = ({ path, file }: SourceEntry) =>
    basename(path) === '.git' || path === DEFAULT_OUTPUT || outputs.includes(file);
  const isForeign = ({ path, file, isFolder }: SourceEntry) => {
    if (!isFolder || basename(path) !== 'node_modules') return false;
    const other = foreignModules(file, platform);
    if (other !== undefined) say(`${path} is not copied: its packages are for ${other}`);
    return other !== undefined;
  };
  const isEnvironment = ({ path, file, isFolder }: SourceEntry) => {
    if (!isFolder || !isVirtualEnvironment(file)) return false;
    if (ignored?.keeps(`${path}/`) || command.some((word) => word.includes(`${path}/`))) return false;
    say(
      `${path} is not copied: it is a virtual environment of Python, which works only where it was made. List its packages in requirements.txt. To copy it, add !${path}/ to ${IGNORE_FILE}`,
    );
    return true;
  };
  return {
    isLeftOut(entry) {
      const asRule = entry.isFolder ? `${entry.path}/` : entry.path;
      if (isOwn(entry) || ignored?.ignores(asRule) || isForeign(entry) || isEnvironment(entry)) return true;
      // Packages are meant to be copied although no repository has them.
      const isOfPackage = entry.path.split('/').includes('node_modules');
      if (!isOfPackage && !isBelow(entry.path, byGit) && ignoredByGit?.ignores(asRule)) byGit.add(asRule);
      return false;
    },
    onFile(path, size) {
      bytes += size;
      const [top = '', ...below] = path.split('/');
      if (below.length === 0) return;
      const folder = folders.get(top) ?? { bytes: 0, files: 0 };
      folders.set(top, { bytes: folder.bytes + size, files: folder.files + 1 });
    },
    onTurn: () => onProgress(bytes),
    onEnd() {
      const large = [...folders]
        .filter(([, folder]) => folder.bytes >= LARGE_BYTES || folder.files >= LARGE_FILES)
        .map(
          ([name, folder]) =>
            `${name} (${sizeText(folder.bytes)}, ${folder.files} file${folder.files === 1 ? '' : 's'})`,
        );
      const parts = [
        ...(large.length === 0 ? [] : [`large folders were copied: ${large.join(', ')}`]),
        ...(byGit.size === 0 ? [] : [`.gitignore lists what was copied: ${shownNames([...byGit])}`]),
      ];
      if (parts.length > 0) say(`Source: ${parts.join('; ')}. Write what the job does not need into ${IGNORE_FILE}`);
    },
  };
}

async function rulesOf(root: string): Promise<{ readonly ignored?: IgnoreRules; readonly ignoredByGit?: IgnoreRules }> {
  // The library is loaded for sources with such files only.
  if (![IGNORE_FILE, '.gitignore'].some((name) => existsSync(join(root, name)))) return {};
  const { readIgnoreRules, readUsableRules } = await import('#staging/source/ignore-rules');
  const [ignored, ignoredByGit] = [readIgnoreRules(root, IGNORE_FILE), readUsableRules(root, '.gitignore')];
  return { ...(ignored !== undefined && { ignored }), ...(ignoredByGit !== undefined && { ignoredByGit }) };
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  const names = path.split('/');
  return names.some((_, depth) => folders.has(`${names.slice(0, depth).join('/')}/`));
}

function shownNames(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, MOST_SHOWN).join(', ');
  return names.length > MOST_SHOWN ? `${shown} and ${names.length - MOST_SHOWN} more` : shown;
}
