import { promises as fs } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { OptmlError, systemErrorCode } from '../errors/error.ts';
import type { SourceRequest } from './source.ts';

/**
 * Copies the directory, unpacks the archive or copies the file at `location` into the folder `target`. Returns what was done.
 *
 * @throws OptmlError SOURCE_NOT_FOUND, SOURCE_INVALID or ARCHIVE_INVALID; system errors.
 */
export async function copySource(location: string, target: string, request: SourceRequest): Promise<string> {
  const stats = await fs.stat(location).catch((error: unknown) => {
    throw new OptmlError(
      'SOURCE_NOT_FOUND',
      `the source location ${location} cannot be used: ${systemErrorCode(error) ?? error}`,
      {
        where: 'hyperparameter sagemaker_submit_directory, or environment variable SAGEMAKER_SUBMIT_DIRECTORY',
        fix: 'Give a directory, archive or file that exists inside the container.',
        cause: error,
      },
    );
  });
  if (stats.isDirectory()) {
    const root = await fs.realpath(location);
    if (root === sep) {
      throw new OptmlError('SOURCE_INVALID', `the source location ${location} is the whole file system`, {
        fix: 'Give the directory that holds the source.',
      });
    }
    await copyTree(root, target, { root, skip: await foldersToSkip(root, request), ancestors: [] });
    return `source copied from ${location}`;
  }
  if (!stats.isFile()) {
    throw new OptmlError('SOURCE_INVALID', `the source location ${location} is neither a directory nor a file`, {
      fix: 'Give a directory, a tar archive or a file.',
    });
  }
  const { unpackSource } = await import('./unpack-source.ts');
  if (await unpackSource(location, target, location, request)) return `source unpacked from ${location}`;
  await fs.copyFile(location, join(target, basename(location)));
  return `source file copied from ${location}`;
}

// Without links: the job may be named by one. A source that is the base directory itself still must not hold `code/`.
async function foldersToSkip(root: string, request: SourceRequest): Promise<readonly string[]> {
  const folders = await Promise.all([request.baseDir, request.codeDir].map((dir) => fs.realpath(dir)));
  return folders.filter((dir) => dir !== root);
}

interface CopyContext {
  /** The directory that is copied as a whole, without links: the source's, or a link's target outside of it. */
  readonly root: string;
  /** Folders that are left out, without links. */
  readonly skip: readonly string[];
  /** The folders on the way down, without links: a link to one of them would never end. */
  readonly ancestors: readonly string[];
}

async function copyTree(from: string, to: string, context: CopyContext): Promise<void> {
  const real = await fs.realpath(from);
  if (context.skip.includes(real)) return;
  await fs.mkdir(to, { recursive: true });
  const inner = { ...context, ancestors: [...context.ancestors, real] };
  for (const entry of await fs.readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isSymbolicLink()) await copyLink(source, target, inner);
    else if (entry.isDirectory()) await copyTree(source, target, inner);
    else if (entry.isFile()) await fs.copyFile(source, target);
    // Sockets, FIFOs and devices are no source code.
  }
  await fs.chmod(to, ((await fs.stat(from)).mode & 0o777) | 0o700);
}

// A link within the source stays a link (installed npm packages depend on theirs); one that leads outside is followed,
// one that leads nowhere or back to where it came from is copied as it is.
async function copyLink(source: string, target: string, context: CopyContext): Promise<void> {
  const text = await fs.readlink(source);
  const end = await fs.realpath(source).catch(() => undefined);
  const isInside = !isAbsolute(text) && isWithin(resolve(dirname(source), text), context.root);
  if (end === undefined || isInside || context.ancestors.includes(end)) {
    await fs.symlink(text, target);
    return;
  }
  const stats = await fs.stat(source);
  if (stats.isDirectory()) await copyTree(end, target, { ...context, root: end });
  else if (stats.isFile()) await fs.copyFile(end, target);
}

function isWithin(path: string, root: string): boolean {
  const inside = relative(root, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}
