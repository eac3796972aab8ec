import { join } from 'node:path';
import { packageRoot } from '../../../process/package-root.ts';
import type { ContainerJob } from '../../engine.ts';

/**
 * The words that a host runs (contract C3). Where an image would bring an entrypoint of its own, it is our `train`, the
 * built one: arguments alone are arguments of `train`, which takes none but `train`, as it is in our images.
 */
export function hostCommand(job: ContainerJob): readonly [file: string, ...args: string[]] {
  const [file, ...rest] = job.entrypoint ?? [];
  const args = job.arguments ?? [];
  if (file !== undefined) return [file, ...rest, ...args];
  return [process.execPath, join(packageRoot(), 'dist', 'bin', 'train.cjs'), ...args];
}

/**
 * The program that waits for a start message, and then runs `train` with the arguments in it. Its own arguments are the paths
 * of two named pipes: one for the program that it runs, which it removes, and one for its standard error.
 */
export function waitingCommand(): readonly [file: string, ...args: string[]] {
  return [process.execPath, join(packageRoot(), 'dist', 'bin', 'waiting-train.cjs')];
}
