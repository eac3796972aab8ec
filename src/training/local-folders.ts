import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, normalize, sep } from 'node:path';
import { locateBaseDirectory } from '../config/base-directory.ts';
import { pathBelowBase, RELATIVE_PATHS } from '../contract/paths.ts';
import { VARIABLES } from '../contract/variables.ts';
import { readInput } from '../job-tree/input/input-file.ts';
import { printMessage } from '../log/print.ts';

/** Folder below the working directory that stands for `/opt/ml` when a script is run by hand. */
export const LOCAL_BASE = 'ml';

const named = new Set<string>();

/**
 * A folder that a script writes to: the variable's, as `train` sets it, or, without `train`, see {@link localFolder}. Made
 * on first use: the platform makes only some of them.
 */
export function scriptFolder(variables: Readonly<NodeJS.ProcessEnv>, name: string, relative: string): string {
  const dir = variables[name];
  if (dir === undefined || dir === '') return localFolder(variables, relative);
  mkdirSync(dir, { recursive: true });
  return dir;
}

/**
 * A folder of the job for a script that `train` did not start: below `/opt/ml` (or `SAGEMAKER_BASE_DIR`) where a job lies
 * there, since a container may be told to start the script itself (contract C3), and what it saves elsewhere would be
 * lost; else below `./ml`. Made on first use and named once on standard error.
 */
export function localFolder(variables: Readonly<NodeJS.ProcessEnv>, relative: string): string {
  const dir = join(baseByHand(variables), relative);
  if (!named.has(dir)) {
    named.add(dir);
    mkdirSync(dir, { recursive: true });
    printMessage(`optml: not started by train, using ${dir}`);
  }
  return dir;
}

/**
 * The channels of a script that `train` did not start, by name: the folders below `input/data`, where {@link localFolder}
 * looks for them. Makes nothing.
 */
export function localChannels(variables: Readonly<NodeJS.ProcessEnv>): readonly (readonly [string, string])[] {
  const dir = join(baseByHand(variables), RELATIVE_PATHS.inputDataDir);
  try {
    const names = readdirSync(dir).filter((name) =>
      statSync(join(dir, name), { throwIfNoEntry: false })?.isDirectory(),
    );
    return names.sort().map((name) => [name, join(dir, name)]);
  } catch {
    // Without that folder, or the right to read it, there are no channels.
    return [];
  }
}

/**
 * The checkpoint folder: `LocalPath` of the job's checkpoint configuration where the platform wrote one (contract C54),
 * else `checkpoints` beside the job's other folders, or `./ml/checkpoints` by hand. A `LocalPath` below `/opt/ml` is below
 * the job's own base directory (contract C8).
 */
export function checkpointFolder(variables: Readonly<NodeJS.ProcessEnv>): string {
  const base = variables[VARIABLES.modelDir] === undefined ? jobBase(variables) : variables[VARIABLES.baseDir];
  if (base === undefined) return localFolder(variables, RELATIVE_PATHS.checkpointDir);
  const configured = configuredCheckpointPath(join(base, RELATIVE_PATHS.checkpointConfigFile));
  const dir = configured === undefined ? join(base, RELATIVE_PATHS.checkpointDir) : ownPath(configured, base);
  mkdirSync(dir, { recursive: true });
  return dir;
}

function baseByHand(variables: Readonly<NodeJS.ProcessEnv>): string {
  return jobBase(variables) ?? join(process.cwd(), LOCAL_BASE);
}

function jobBase(variables: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const paths = locateBaseDirectory(variables);
  return paths !== undefined && existsSync(paths.inputConfigDir) ? paths.baseDir : undefined;
}

// The base directory itself may be below `/opt/ml`, as in a container that runs local jobs.
function ownPath(path: string, base: string): string {
  const isOwn = normalize(path).startsWith(join(base, sep));
  return isOwn ? path : (pathBelowBase(path, base) ?? path);
}

function configuredCheckpointPath(file: string): string | undefined {
  try {
    const config = JSON.parse(readInput(file).toString('utf8')) as { readonly LocalPath?: unknown } | null;
    return typeof config?.LocalPath === 'string' && config.LocalPath !== '' ? config.LocalPath : undefined;
  } catch {
    // Only some jobs have the file, and nothing depends on it.
    return undefined;
  }
}
