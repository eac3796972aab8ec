import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { trainingEnvironment } from './script-environment.ts';

/** A path in the model directory, whose content becomes the model artifacts. Folders on the way are made. */
export function modelPath(...parts: readonly string[]): string {
  return pathIn(trainingEnvironment().modelDir, parts);
}

/** A path in the output data directory, for artifacts that are not the model. Folders on the way are made. */
export function outputDataPath(...parts: readonly string[]): string {
  return pathIn(trainingEnvironment().outputDataDir, parts);
}

/** A path in the checkpoint directory, which the platform keeps in S3 and restores (contract C54). Folders on the way are made. */
export function checkpointPath(...parts: readonly string[]): string {
  return pathIn(trainingEnvironment().checkpointDir, parts);
}

/** A path in a channel's folder. Nothing is made: channels are for reading. */
export function channelPath(channel: string, ...parts: readonly string[]): string {
  return join(trainingEnvironment().channelDir(channel), ...parts);
}

function pathIn(dir: string, parts: readonly string[]): string {
  const path = join(dir, ...parts);
  mkdirSync(parts.length === 0 ? path : dirname(path), { recursive: true });
  return path;
}
