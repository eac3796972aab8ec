import { spawnSync } from 'node:child_process';
import type { EngineName } from '../../../src/platform/engine.ts';
import { projectTag } from '../../../src/platform/engines/image.ts';

/** The container engine that the suite uses. */
export const ENGINE = (process.env['OPTML_TEST_ENGINE'] || 'docker') as EngineName;

/** Removes the images that were built of project folders. */
export function removeProjectImages(dirs: readonly string[]): void {
  spawnSync(ENGINE, ['image', 'rm', '--force', ...dirs.map(projectTag)], { stdio: 'ignore' });
}
