import { join, posix } from 'node:path';
import { DEFAULT_BASE_DIR, pathBelowBase, RELATIVE_PATHS } from '../contract/paths.ts';
import type { TrainingJobRequest } from '../request/request.ts';

const DEFAULT_PATH = `${DEFAULT_BASE_DIR}/${RELATIVE_PATHS.tensorBoardDir}`;

/** Names in `output` that belong to something else. */
const OTHERS = [
  RELATIVE_PATHS.outputDataDir,
  RELATIVE_PATHS.outputIntermediateDir,
  RELATIVE_PATHS.failureFile,
  RELATIVE_PATHS.successFile,
];

/** Where a job writes its TensorBoard logs, and where they go (`TensorBoardOutputConfig`). */
export interface TensorBoardPlace {
  /** In the container, as the request has it. */
  readonly localPath: string;
  /** The same below a host's `/opt/ml`; undefined for a path whose files optml does not collect. */
  readonly dir: string | undefined;
  /** `S3OutputPath`: an absolute path or an S3 URI. */
  readonly location: string;
}

/** The place of a job's TensorBoard logs; undefined if its request has none. */
export function tensorBoardPlace({
  TensorBoardOutputConfig: config,
}: TrainingJobRequest): TensorBoardPlace | undefined {
  if (config === undefined) return undefined;
  const localPath = config.LocalPath ?? DEFAULT_PATH;
  const below = pathBelowBase(posix.normalize(localPath).replace(/(?<=.)\/$/, ''), '');
  const isOurs =
    below?.startsWith(`${RELATIVE_PATHS.outputDir}/`) === true &&
    !OTHERS.some((other) => below === other || below.startsWith(`${other}/`));
  return { localPath, dir: isOurs ? below : undefined, location: config.S3OutputPath };
}

/** The same as the host with the folder `mlDir` finds it: without `/opt/ml` on the host, the folder is below `mlDir`. */
export function tensorBoardPlaceOn(
  { hasOptMl }: { readonly hasOptMl: boolean },
  mlDir: string,
  request: TrainingJobRequest,
): TensorBoardPlace | undefined {
  const place = tensorBoardPlace(request);
  if (place?.dir === undefined || hasOptMl) return place;
  return { ...place, localPath: join(mlDir, place.dir) };
}
