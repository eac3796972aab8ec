import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RELATIVE_PATHS } from '../contract/paths.ts';

/** Folder below the working directory that stands for `/opt/ml` when a script is run by hand. */
export const LOCAL_BASE = 'ml';

const named = new Set<string>();

/**
 * A folder that a script writes to: the variable's, as `train` sets it, or, by hand, the same folder below `./ml`, named
 * once on standard error. Made on first use: the platform makes only some of them.
 */
export function scriptFolder(variable: string | undefined, relative: string): string {
  if (variable === undefined || variable === '') return localFolder(relative);
  mkdirSync(variable, { recursive: true });
  return variable;
}

/** The folder below `./ml` that stands for one of `/opt/ml`: made on first use and named once on standard error. */
export function localFolder(relative: string): string {
  const dir = join(process.cwd(), LOCAL_BASE, relative);
  if (!named.has(dir)) {
    named.add(dir);
    mkdirSync(dir, { recursive: true });
    process.stderr.write(`optml: not in a training job, using ${dir}\n`);
  }
  return dir;
}

/**
 * The checkpoint folder: `LocalPath` of the job's checkpoint configuration where the platform wrote one (contract C54),
 * else `checkpoints` beside the job's other folders, or `./ml/checkpoints` by hand.
 */
export function checkpointFolder(variables: Readonly<NodeJS.ProcessEnv>): string {
  const base = variables['SM_MODEL_DIR'] === undefined ? undefined : variables['SAGEMAKER_BASE_DIR'];
  if (base === undefined) return scriptFolder(undefined, RELATIVE_PATHS.checkpointDir);
  const configured = configuredCheckpointPath(join(base, RELATIVE_PATHS.checkpointConfigFile));
  return scriptFolder(configured ?? join(base, RELATIVE_PATHS.checkpointDir), RELATIVE_PATHS.checkpointDir);
}

function configuredCheckpointPath(file: string): string | undefined {
  try {
    const config = JSON.parse(readFileSync(file, 'utf8')) as { readonly LocalPath?: unknown } | null;
    return typeof config?.LocalPath === 'string' && config.LocalPath !== '' ? config.LocalPath : undefined;
  } catch {
    // Only some jobs have the file, and nothing depends on it.
    return undefined;
  }
}
