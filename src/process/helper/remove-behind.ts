import { spawn } from 'node:child_process';

/**
 * Starts the removal of a folder (absolute) in a process of its own, which outlives this one: many files take seconds.
 * Nothing may write to the folder any more. Resolves when it is under way; false if it could not be started.
 */
export function removeBehind(dir: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('/bin/rm', ['-rf', '--', dir], { stdio: 'ignore', detached: true, cwd: '/' });
    child.once('spawn', () => resolve(true)).once('error', () => resolve(false));
    child.unref();
  });
}
