import type { Dirent } from 'node:fs';
import { opendir, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemErrorCode } from '../../../errors/error.ts';
import { checkKind, kindAt } from '../../../job-tree/input/input-file.ts';
import { compareCodePoints } from '../../../json/code-points.ts';
import { type ChannelObject, objectBelow } from '../objects/channel-object.ts';

/** What a local path of an S3Prefix stands for: a folder, one file, or the files whose paths start so. */
export type LocalPrefix =
  | { readonly kind: 'folder'; readonly dir: string }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'partial'; readonly prefix: string };

/**
 * Looks at what is at `path`, without listing anything. A folder or file of that very name wins over longer names that
 * start so.
 *
 * @throws UnusableInput for a named pipe, socket or device of that name; the system's error.
 */
export async function lookAtPrefix(path: string): Promise<LocalPrefix> {
  const stats = await stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  });
  if (stats?.isDirectory()) return { kind: 'folder', dir: await realpath(path) };
  if (stats?.isFile()) return { kind: 'file', file: path };
  if (stats) checkKind(kindAt(path));
  return { kind: 'partial', prefix: path };
}

/** Whether there is at least one file below the folder. Ends at the first. */
export async function hasFile(dir: string): Promise<boolean> {
  const folders: string[] = [];
  for await (const entry of entriesUntil(dir)) {
    const kind = await kindOf(dir, entry);
    if (kind === 'file') return true;
    // Through a link there could be a circle; and a link to a folder is something.
    if (kind === 'folder' && entry.isSymbolicLink()) return true;
    if (kind === 'folder') folders.push(join(dir, entry.name));
  }
  for (const folder of folders) if (await hasFile(folder)) return true;
  return false;
}

/** The entries of a folder in no order, read as they are asked for. */
export async function* entriesUntil(dir: string): AsyncGenerator<Dirent> {
  const folder = await opendir(dir);
  try {
    for (let entry = await folder.read(); entry !== null; entry = await folder.read()) yield entry;
  } finally {
    await folder.close();
  }
}

/** All files of a prefix in the order in which S3 lists keys: by the bytes of their UTF-8. Links are followed. */
export async function listLocal(prefix: LocalPrefix, signal: AbortSignal): Promise<readonly ChannelObject[]> {
  if (prefix.kind === 'file') {
    return [{ location: await realpath(prefix.file), bytes: undefined, name: basename(prefix.file) }];
  }
  const files: string[] = [];
  if (prefix.kind === 'folder') {
    await collect(prefix.dir, files, { above: [prefix.dir], signal });
    return files.map((file) => ({ location: file, bytes: undefined, name: file.slice(join(prefix.dir, '/').length) }));
  }
  if (prefix.prefix.endsWith('/')) return [];
  const parent = dirname(prefix.prefix);
  await collect(parent, files, { above: [], signal, start: basename(prefix.prefix) });
  return files.map((file) => objectBelow(file, file, { prefix: prefix.prefix }));
}

interface Walk {
  /** Real paths of the folders above, so that links in a circle end. */
  readonly above: readonly string[];
  readonly signal: AbortSignal;
  /** Only entries whose names start so. */
  readonly start?: string;
}

async function collect(dir: string, files: string[], { above, signal, start = '' }: Walk): Promise<void> {
  signal.throwIfAborted();
  const found: [key: string, path: string, folder: string | undefined][] = [];
  for (const entry of await entriesOf(dir)) {
    if (!entry.name.startsWith(start)) continue;
    const path = join(dir, entry.name);
    const kind = await kindOf(dir, entry);
    if (kind === 'file') found.push([entry.name, path, undefined]);
    if (kind === 'folder') {
      const real = entry.isSymbolicLink() ? await realpath(path) : path;
      if (!above.includes(real)) found.push([`${entry.name}/`, path, real]);
    }
  }
  found.sort(([a], [b]) => compareCodePoints(a, b));
  for (const [, path, folder] of found) {
    if (folder === undefined) files.push(path);
    else await collect(path, files, { above: [...above, folder], signal });
  }
}

async function entriesOf(dir: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return [];
    throw error;
  }
}

// Sockets, FIFOs and devices are no data; a link to nothing is none either.
async function kindOf(dir: string, entry: Dirent): Promise<'file' | 'folder' | undefined> {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (!entry.isSymbolicLink()) return undefined;
  const stats = await stat(join(dir, entry.name)).catch(() => undefined);
  return stats?.isFile() ? 'file' : stats?.isDirectory() ? 'folder' : undefined;
}
