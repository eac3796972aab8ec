import { existsSync } from 'node:fs';
import { isAbsolute, join, normalize, relative } from 'node:path';

/**
 * The user's own file behind `path`, which a job gives relative to its code: looked up below `sources`, the folders on this
 * machine that the code may come from. Absolute; undefined if there is none.
 */
export function ownFile(path: string, sources: readonly string[]): string | undefined {
  // The job wrote it.
  const isInside = path !== '' && !isAbsolute(path) && !normalize(path).startsWith('..');
  return isInside ? sources.map((dir) => join(dir, path)).find((file) => existsSync(file)) : undefined;
}

/** An absolute path as a person in the working directory `cwd` would write it. */
export function shortPath(file: string, cwd: string): string {
  const shown = relative(cwd, file);
  return shown === '' || shown.startsWith('../..') ? file : shown;
}
