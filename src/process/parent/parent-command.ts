import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';

/**
 * The words before a program that start it through the parent (`README.md`). Node's own name of the program, `file`, becomes
 * its first argument.
 *
 * @param path The program itself: nothing looks it up.
 */
export function parentCommand(path: string, file: string): readonly [parent: string, path: string, file: string] {
  return [join(packageRoot(), 'dist', 'bin', `program-parent-${process.arch}`), path, file];
}
