import { join, posix } from 'node:path';
import { DEFAULT_BASE_DIR, pathBelowBase, RELATIVE_PATHS } from '../contract/paths.ts';
import type { Mount } from '../engines/engine.ts';
import type { TrainingJobRequest } from '../request/request.ts';

/** Where checkpoints are unless the request says otherwise (contract C54). */
const DEFAULT_CHECKPOINT_PATH = `${DEFAULT_BASE_DIR}/${RELATIVE_PATHS.checkpointDir}`;

/**
 * The path by which the host with the folder `mlDir` finds its checkpoints. Without `/opt/ml` on the host, it is below
 * `mlDir`: another path would lead out of the job. Undefined for a job without checkpoints.
 */
export function checkpointPathOn(
  { hasOptMl }: { readonly hasOptMl: boolean },
  mlDir: string,
  request: TrainingJobRequest,
): string | undefined {
  const path = configuredPath(request);
  return path === undefined || hasOptMl ? path : (pathBelowBase(path, mlDir) ?? path);
}

/** What makes the folder of checkpoints in `mlDir` visible at a `LocalPath` of the user's choice. */
export function checkpointMounts(mlDir: string, request: TrainingJobRequest): readonly Mount[] {
  const target = configuredPath(request);
  if (target === undefined || target === DEFAULT_CHECKPOINT_PATH) return [];
  return [{ source: join(mlDir, RELATIVE_PATHS.checkpointDir), target, isReadOnly: false }];
}

// `/opt/ml/checkpoints/` and `/opt//ml/checkpoints/.` are the same folder. Engines reject two mounts on it.
function configuredPath({ CheckpointConfig: config }: TrainingJobRequest): string | undefined {
  if (config === undefined) return undefined;
  return posix.normalize(config.LocalPath ?? DEFAULT_CHECKPOINT_PATH).replace(/(?<=.)\/$/, '');
}
