import { join, posix } from 'node:path';

/**
 * Where the platform mounts everything (contract C5, C8).
 *
 * @example
 * ```ts
 * import { DEFAULT_BASE_DIR } from 'optml/contract';
 *
 * console.log(DEFAULT_BASE_DIR); // /opt/ml
 * ```
 */
export const DEFAULT_BASE_DIR = '/opt/ml';

/**
 * Names below the base directory, with the clause that fixes each.
 *
 * @example
 * ```ts
 * import { RELATIVE_PATHS } from 'optml/contract';
 *
 * console.log(RELATIVE_PATHS.modelDir, RELATIVE_PATHS.inputConfigDir); // model input/config
 * ```
 */
export const RELATIVE_PATHS = {
  /** The user's source (C21). */
  codeDir: 'code',
  inputDir: 'input',
  inputConfigDir: 'input/config',
  /** One folder a channel, or FIFOs in Pipe mode (C40, C44). */
  inputDataDir: 'input/data',
  hyperparametersFile: 'input/config/hyperparameters.json',
  inputDataConfigFile: 'input/config/inputdataconfig.json',
  resourceConfigFile: 'input/config/resourceconfig.json',
  /** Written for some jobs: where checkpoints lie (section 2, C54). */
  checkpointConfigFile: 'input/config/checkpointconfig.json',
  /** Written for some jobs: where TensorBoard logs are (section 2). */
  tensorBoardConfigFile: 'input/config/tensorboardoutputconfig.json',
  /** Model artifacts, packed as `model.tar.gz` (C53). */
  modelDir: 'model',
  outputDir: 'output',
  /** Other artifacts, packed as `output.tar.gz` (C53). */
  outputDataDir: 'output/data',
  /** Uploaded while training runs (C56). */
  outputIntermediateDir: 'output/intermediate',
  /** TensorBoard logs, unless the request names another folder (section 2 of the contract). */
  tensorBoardDir: 'output/tensorboard',
  /** Text whose start becomes the failure reason (C50, C51). */
  failureFile: 'output/failure',
  /** Empty file of the toolkit (section 2 of the contract). */
  successFile: 'output/success',
  /** Synced with S3 while training runs (C54). */
  checkpointDir: 'checkpoints',
  /** Default destination of the packed model if nothing else packs it. */
  modelArchiveFile: 'output/model.tar.gz',
} as const;

/** The folder of a warm pool below the base directory, for jobs that keep their instances (section 2 of the contract). */
export const WARM_POOL_CACHE = 'sagemaker/warmpoolcache';

/** Names of a job's artifacts below `S3OutputPath/JOB/output/`: packed, and as a folder where they are not compressed (C53). */
export const ARTIFACT_NAMES = {
  model: { archive: 'model.tar.gz', folder: 'model' },
  output: { archive: 'output.tar.gz', folder: 'data' },
} as const;

/** A channel's folder below the base directory (section 2 of the contract). In Pipe mode its FIFOs have a suffix (C40). */
export function channelPath(name: string): string {
  return join(RELATIVE_PATHS.inputDataDir, name);
}

/**
 * The path below `baseDir` that corresponds to `path` below `/opt/ml` (contract C8), without a final slash. Undefined for a
 * path that is not below `/opt/ml`.
 */
export function pathBelowBase(path: string, baseDir: string): string | undefined {
  const relative = posix.relative(DEFAULT_BASE_DIR, path);
  const isBelow = posix.isAbsolute(path) && relative !== '' && relative !== '..' && !relative.startsWith('../');
  return isBelow ? join(baseDir, relative) : undefined;
}

/** In the names of unfinished files and folders: written beside their place, and renamed when they are whole. */
export const PARTIAL_MARK = '.optml-partial-';

/** Absolute paths of one job, a property for each of {@link RELATIVE_PATHS}, and `baseDir`. */
export type JobPaths = { readonly [Name in keyof typeof RELATIVE_PATHS]: string } & { readonly baseDir: string };

/**
 * The paths of the job whose base directory is `baseDir` (absolute).
 *
 * @example
 * ```ts
 * import { DEFAULT_BASE_DIR, jobPaths } from 'optml/contract';
 *
 * console.log(jobPaths(DEFAULT_BASE_DIR).modelDir); // /opt/ml/model
 * ```
 */
export function jobPaths(baseDir: string): JobPaths {
  const entries = Object.entries(RELATIVE_PATHS).map(([name, relative]) => [name, join(baseDir, relative)]);
  return { ...Object.fromEntries(entries), baseDir };
}
