import { existsSync } from 'node:fs';
import { channelPath, DEFAULT_BASE_DIR, RELATIVE_PATHS } from '../contract/paths.ts';
import { VARIABLES } from '../contract/variables.ts';
import { tailLines } from '../jobs/logs/tail-lines.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import type { EngineName } from './engine-names.ts';

// A Python traceback, and after it the lines with which `train` reports it.
const LAST_LINES = 50;

/** The host whose output is searched. */
export interface FailedHost {
  readonly engine: EngineName;
  readonly request: TrainingJobRequest;
  /** The job's folder, with complete logs. */
  readonly dir: string;
  readonly host: string;
}

/**
 * For an engine without `/opt/ml`: if the last output of a failed host reports a missing path below it, a sentence that
 * names the variable that leads there.
 */
export function missingPathHint({ engine, request, dir, host }: FailedHost): string | undefined {
  const path = missingPath(tailLines(dir, host, LAST_LINES));
  if (path === undefined) return undefined;
  const [folder, variable] = variableFor(path, request);
  return `${host} uses ${path}, which the engine "${engine}" does not provide: use the variable ${variable} instead of ${folder}, or a container engine`;
}

// How shells, Python, Node and others report a path that is missing or that they cannot create.
const ERROR = /no ?such|not[ _]?found|non-?existent|does(?: not|n't) exist|ENOENT|EACCES|EROFS|denied|read-only/i;
const PATH = new RegExp(`(?<![\\w./-])${DEFAULT_BASE_DIR}(?![\\w.-])(?:/[^\\s'"\`:,;()[\\]]*)?`);

/** The last path below `/opt/ml` that an error line names and that is missing on this machine. */
export function missingPath(lines: readonly string[]): string | undefined {
  const paths = lines.flatMap((line) => (ERROR.test(line) ? (PATH.exec(line) ?? []) : []));
  return paths.map((path) => path.replace(/[./]+$/, '')).findLast((path) => !existsSync(path));
}

// More specific folders first.
const FOLDERS: readonly (readonly [relative: string, variable: string])[] = [
  [RELATIVE_PATHS.inputConfigDir, 'SM_INPUT_CONFIG_DIR'],
  [RELATIVE_PATHS.inputDir, 'SM_INPUT_DIR'],
  [RELATIVE_PATHS.modelDir, VARIABLES.modelDir],
  [RELATIVE_PATHS.outputDataDir, 'SM_OUTPUT_DATA_DIR'],
  [RELATIVE_PATHS.outputIntermediateDir, 'SM_OUTPUT_INTERMEDIATE_DIR'],
  [RELATIVE_PATHS.outputDir, 'SM_OUTPUT_DIR'],
];

/** The folder around `path` that a variable of the job leads to, and that variable. */
export function variableFor(
  path: string,
  { AlgorithmSpecification: algorithm, InputDataConfig: channels = [] }: TrainingJobRequest,
): readonly [folder: string, variable: string] {
  // Only `train` sets the others.
  const isByTrain = algorithm?.ContainerEntrypoint === undefined;
  const ofChannels = channels.map(
    ({ ChannelName: name }) => [channelPath(name), `SM_CHANNEL_${name.toUpperCase()}`] as const,
  );
  const folders = isByTrain ? [...ofChannels, ...FOLDERS] : [];
  for (const [relative, variable] of folders) {
    const folder = `${DEFAULT_BASE_DIR}/${relative}`;
    if (`${path}/`.startsWith(`${folder}/`)) return [folder, variable];
  }
  return [DEFAULT_BASE_DIR, VARIABLES.baseDir];
}
