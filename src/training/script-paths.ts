import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { trainingEnvironment } from './script-environment.ts';

/**
 * A path in the model directory, whose content becomes the model artifacts. Folders on the way are made.
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { modelPath } from 'optml';
 *
 * writeFileSync(modelPath('weights', 'layer-1.json'), '[]');
 * ```
 */
export function modelPath(...parts: readonly string[]): string {
  return pathIn(trainingEnvironment().modelDir, parts);
}

/**
 * A path in the output data directory, for artifacts that are not the model. Folders on the way are made.
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { outputDataPath } from 'optml';
 *
 * writeFileSync(outputDataPath('confusion-matrix.csv'), '1,0');
 * ```
 */
export function outputDataPath(...parts: readonly string[]): string {
  return pathIn(trainingEnvironment().outputDataDir, parts);
}

/**
 * A path in the checkpoint directory, which the platform keeps in S3 and restores (contract C54). Folders on the way are made.
 *
 * @example
 * ```ts
 * import { existsSync, readFileSync, writeFileSync } from 'node:fs';
 * import { checkpointPath } from 'optml';
 *
 * const file = checkpointPath('state.json');
 * const { epoch } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { epoch: 0 };
 * writeFileSync(file, JSON.stringify({ epoch: epoch + 1 }));
 * ```
 */
export function checkpointPath(...parts: readonly string[]): string {
  return pathIn(trainingEnvironment().checkpointDir, parts);
}

/**
 * A path in a channel's folder. Nothing is made: channels are for reading.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { channelPath } from 'optml';
 *
 * const [header] = readFileSync(channelPath('training', 'data.csv'), 'utf8').split('\n');
 * console.log(header); // x,y
 * ```
 */
export function channelPath(channel: string, ...parts: readonly string[]): string {
  return join(trainingEnvironment().channelDir(channel), ...parts);
}

function pathIn(dir: string, parts: readonly string[]): string {
  const path = join(dir, ...parts);
  mkdirSync(parts.length === 0 ? path : dirname(path), { recursive: true });
  return path;
}
