import { existsSync } from 'node:fs';
import type { JobOwner } from '../../jobs/record.ts';
import type { EngineName } from '../engine-names.ts';
import type { JobImage } from '../job-image.ts';
import { takeOverFiles } from './container-owners.ts';
import { findEngine } from './find-engine.ts';
import { imageName } from './image.ts';
import { cleanLeftovers } from './leftovers.ts';

/** A job whose runner was killed. */
export interface KilledJob {
  readonly image: JobImage;
  /** Where its hosts' folders are, or were. */
  readonly hostsDir: string;
  /** Where it is recorded. */
  readonly home: string;
}

/**
 * Removes what a killed job still has in its engine, and makes the files of its containers the calling user's own, so that
 * they can be removed.
 *
 * @throws OptmlError ENGINE_FAILED when the engine does not answer.
 */
export async function cleanKilledContainers(
  engine: string,
  { image, hostsDir, home }: KilledJob,
  surroundings: {
    readonly variables: Readonly<NodeJS.ProcessEnv>;
    readonly isRunning: (runner: JobOwner) => boolean;
  },
): Promise<void> {
  const { variables, isRunning } = surroundings;
  const { name, command } = await findEngine(variables, engine as EngineName);
  const cli = { name, command, variables };
  await cleanLeftovers(cli, home, isRunning);
  if (!existsSync(hostsDir)) return;
  // The code that removes the files reports those that stay another user's.
  const context = { warn: () => undefined };
  await takeOverFiles(
    cli,
    { mlDir: hostsDir, mounts: [] },
    { context, helper: { image: imageName(image), labels: [] } },
  );
}
