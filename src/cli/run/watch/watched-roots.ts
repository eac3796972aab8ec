import { basename, isAbsolute, join, relative } from 'node:path';
import { TOOLKIT_HYPERPARAMETERS } from '../../../contract/toolkit-hyperparameters.ts';
import { kindAt } from '../../../job-tree/input/input-file.ts';
import { optmlHome } from '../../../jobs/jobs-dir.ts';
import { DEFAULT_OUTPUT } from '../../../request/flags.ts';
import type { TrainingJobRequest } from '../../../request/request.ts';
import type { IgnoreRules } from '../../../staging/source/ignore-rules.ts';
import { IGNORE_FILE } from '../../../staging/source/source-selection.ts';
import { isVirtualEnvironment } from '../../../staging/source/virtual-environment.ts';
import { codeFolders } from '../../view/code-folders.ts';
import type { WatchedRoot } from './source-state.ts';

const NEVER: ReadonlySet<string> = new Set(['.git', 'node_modules', '__pycache__']);
// Files that editors write beside the one that is edited: vim, Emacs, JetBrains.
const OF_EDITORS = /^(?:4913|\.#.*|#.*#|\..*\.sw[a-z]|.*~|.*___jb_(?:tmp|old)___)$/;

/**
 * What the watched job is made of: the source and the project of a checked request, and its job file (absolute). Entries are
 * ignored that the source leaves out, that .gitignore lists, and that optml writes itself. A program that .gitignore lists is
 * watched nevertheless, with its folder.
 */
export async function watchedRoots(
  request: TrainingJobRequest,
  { jobFile, variables }: { readonly jobFile?: string | undefined; readonly variables: Readonly<NodeJS.ProcessEnv> },
): Promise<readonly WatchedRoot[]> {
  const { HyperParameters: parameters = {}, OutputDataConfig: output, CheckpointConfig: checkpoints } = request;
  const outputs = [output.S3OutputPath, checkpoints?.S3Uri ?? '', optmlHome(variables)].filter(isAbsolute);
  const program = parameters[TOOLKIT_HYPERPARAMETERS.program] ?? '';
  const source = parameters[TOOLKIT_HYPERPARAMETERS.submitDirectory] ?? '';
  const isFile = isAbsolute(source) && kindAt(source) === 'a regular file';
  const folders = [...new Set(codeFolders(request))].filter((folder) => !isFile || !source.startsWith(`${folder}/`));
  const roots = folders.map(async (path) => ({ path, isIgnored: await ignoredIn(path, outputs, program) }));
  const files = [...(isFile ? [source] : []), ...(jobFile === undefined ? [] : [jobFile])];
  return [...(await Promise.all(roots)), ...files.map((path) => ({ path, isIgnored: () => false }))];
}

async function ignoredIn(root: string, outputs: readonly string[], program: string): Promise<WatchedRoot['isIgnored']> {
  const { readUsableRules } = await import('#staging/source/ignore-rules');
  const own = readUsableRules(root, IGNORE_FILE);
  const ofGit = readUsableRules(root, '.gitignore');
  const top = program.split('/')[0] ?? '';
  const isProgramListed = ofGit !== undefined && isListed(ofGit, program);
  const ownFolders = outputs.map((path) => `${relative(root, path)}/`);
  return (path) => {
    const name = basename(path);
    if (NEVER.has(name) || OF_EDITORS.test(name) || path === `${DEFAULT_OUTPUT}/` || ownFolders.includes(path))
      return true;
    if (own?.ignores(path) === true) return true;
    if (path.endsWith('/') && isVirtualEnvironment(join(root, path))) return true;
    return ofGit?.ignores(path) === true && !(isProgramListed && (path.split('/')[0] ?? '') === top);
  };
}

/** Whether rules list a file or a folder that it is in. */
function isListed(rules: IgnoreRules, path: string): boolean {
  const steps = path.split('/');
  const folders = steps.slice(1).map((_, index) => `${steps.slice(0, index + 1).join('/')}/`);
  return path !== '' && [...folders, path].some(rules.ignores);
}
