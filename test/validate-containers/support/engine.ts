import { spawnSync } from 'node:child_process';
import { projectTag } from '../../../src/engines/container/image.ts';
import type { EngineName } from '../../../src/engines/engine-names.ts';

/** The container engine that the suite uses. */
export const ENGINE = (process.env['OPTML_TEST_ENGINE'] || 'docker') as EngineName;

/** Runs the engine's command line. @throws Error with what it printed, where it fails. */
export function engineOk(args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(ENGINE, args, { encoding: 'utf8', timeout: 900_000 });
  if (status !== 0) throw new Error(`${ENGINE} ${args.join(' ')}: ${error?.message ?? stdout + stderr}`);
}

/** Removes the images that were built of project folders, and others by name. */
export function removeProjectImages(dirs: readonly string[], others: readonly string[] = []): void {
  spawnSync(ENGINE, ['image', 'rm', '--force', ...dirs.map(projectTag), ...others], { stdio: 'ignore' });
}
