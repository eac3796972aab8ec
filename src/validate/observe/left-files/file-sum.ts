import { createHash } from 'node:crypto';
import { closeSync, type Stats } from 'node:fs';
import { fileChunks } from '../../../job-tree/file-chunks.ts';
import type { TreeEntry } from '../../../job-tree/walk-tree.ts';

/**
 * The sum of a regular file's bytes, in hexadecimal. Undefined if the file cannot be read, or changes in size meanwhile.
 *
 * @throws the signal's reason.
 */
export async function sumOf(
  { folder, name, stats }: Pick<TreeEntry, 'folder' | 'name' | 'stats'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  let descriptor: number | undefined;
  try {
    descriptor = folder.openFile(name);
    return await sumOfOpen(descriptor, stats, signal);
  } catch {
    signal.throwIfAborted();
    // Gone, replaced or unreadable: there is nothing to compare.
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

async function sumOfOpen(descriptor: number, { size }: Stats, signal: AbortSignal): Promise<string | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of fileChunks(descriptor, { mostBytes: size + 1, signal })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return bytes === size ? hash.digest('hex') : undefined;
}
