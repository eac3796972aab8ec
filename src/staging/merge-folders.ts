import { promises } from 'node:fs';
import { join } from 'node:path';

/**
 * Moves the content of `from` into `into`, which is made when it is missing; what is there already gives way. Returns the
 * paths that were there before, below `into`. Both are on one file system. Aborting the signal stops between two entries.
 */
export async function mergeFolder(
  from: string,
  into: string,
  signal: AbortSignal,
  below = '',
): Promise<readonly string[]> {
  await promises.mkdir(join(into, below), { recursive: true });
  const clashes: string[] = [];
  const names = new Map(
    (await promises.readdir(join(into, below), { withFileTypes: true })).map((there) => [there.name, there]),
  );
  for (const entry of await promises.readdir(join(from, below), { withFileTypes: true })) {
    signal.throwIfAborted();
    const path = join(below, entry.name);
    const there = names.get(entry.name);
    if (there?.isDirectory() && entry.isDirectory()) {
      clashes.push(...(await mergeFolder(from, into, signal, path)));
      continue;
    }
    if (there !== undefined) {
      clashes.push(path);
      await promises.rm(join(into, path), { recursive: true });
    }
    await promises.rename(join(from, path), join(into, path));
  }
  return clashes;
}
