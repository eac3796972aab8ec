import fs from 'fs-extra';

/**
 * Copies a folder that no job has written to (a source, a channel of drivers): files and folders with their permissions,
 * links as they are. A file of its own, `#staging/copy-source-tree`, since loading fs-extra takes time that most jobs do not
 * need.
 *
 * @throws the system's error.
 */
export async function copySourceTree(from: string, to: string): Promise<void> {
  await fs.copy(from, to);
}
