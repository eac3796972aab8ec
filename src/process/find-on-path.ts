import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The absolute path of an executable file called `program` on `PATH`, or undefined. */
export function findOnPath(program: string, variables: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const folders = (variables['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find(isExecutableFile);
}

/** Whether `file` is a regular file that this process may execute. False on a file system mounted `noexec`. */
export function isExecutableFile(file: string): boolean {
  try {
    // Asking first whether it is there spares an error object for each folder of PATH.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
