import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { monotonicMs } from '../../concurrency/clock.ts';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { copyFile, reading } from './copy-file.ts';
import type { SourceRequest, SourceSelection } from './source.ts';

// A source is mostly a few small files: handing each step to a thread takes longer than the step. In this time, in ms,
// nothing else has its turn.
const TURN_MS = 20;
// Their content changes all the time, and some of their files have no end.
const KERNEL_FOLDERS = ['/proc', '/sys'];

/** What of a {@link SourceRequest} a copy needs. */
export type CopyRequest = Pick<SourceRequest, 'baseDir' | 'codeDir' | 'select' | 'signal' | 'variables'>;

/**
 * Copies the directory, unpacks the archive or copies the file at `location` into the folder `target`. Returns what was done.
 *
 * @throws OptmlError SOURCE_NOT_FOUND, SOURCE_INVALID or ARCHIVE_INVALID; system errors; the reason of the signal.
 */
export async function copySource(location: string, target: string, request: CopyRequest): Promise<string> {
  const stats = statSource(location);
  if (stats.isDirectory()) {
    const root = realpathSync(location);
    if (isSystem(root)) {
      throw new OptmlError(
        'SOURCE_INVALID',
        `the source location ${location} is ${root === sep ? 'the whole file system' : 'filled by the kernel'}`,
        {
          fix: 'Give the directory that holds the source.',
        },
      );
    }
    const selection = await request.select?.(root);
    const copy = new TreeCopy(foldersToSkip(root, request), request.signal, selection);
    await copy.copy(root, target, { root, ancestors: [], path: '' });
    selection?.onEnd();
    return `source copied from ${location}`;
  }
  if (!stats.isFile()) {
    throw new OptmlError('SOURCE_INVALID', `the source location ${location} is neither a directory nor a file`, {
      fix: 'Give a directory, a tar archive or a file.',
    });
  }
  const { unpackSource } = await import('./unpack-source.ts');
  if (await unpackSource(location, target, location, request)) return `source unpacked from ${location}`;
  await copyFile(location, join(target, basename(location)), request.signal);
  return `source file copied from ${location}`;
}

// The whole file system, or a part of the kernel's: no source of anybody.
function isSystem(path: string): boolean {
  return path === sep || KERNEL_FOLDERS.some((folder) => isWithin(path, folder));
}

function statSource(location: string): Stats {
  try {
    return statSync(location);
  } catch (error) {
    throw new OptmlError('SOURCE_NOT_FOUND', `the source location ${location} ${whyUnusable(error)}`, {
      where: 'hyperparameter sagemaker_submit_directory, or environment variable SAGEMAKER_SUBMIT_DIRECTORY',
      fix: 'Give a directory, archive or file that exists; in a container, a path of the container.',
      cause: error,
    });
  }
}

function whyUnusable(error: unknown): string {
  const code = systemErrorCode(error);
  return code === 'ENOENT' ? 'does not exist' : `cannot be used: ${code ?? error}`;
}

// Without links: the job may be named by one. A source that is the base directory itself still must not hold `code/`.
function foldersToSkip(root: string, request: CopyRequest): readonly string[] {
  return [request.baseDir, request.codeDir].map((dir) => realpathSync(dir)).filter((dir) => dir !== root);
}

/** The way down to a folder. */
interface Way {
  /** The directory that is copied as a whole, without links: the source's, or a link's target outside of it. */
  readonly root: string;
  /** The folders above, without links: a link to one of them would never end. */
  readonly ancestors: readonly string[];
  /** Where its copy is, below that of the source, with slashes. */
  readonly path: string;
}

class TreeCopy {
  readonly #skip: readonly string[];
  readonly #signal: AbortSignal;
  readonly #selection: SourceSelection | undefined;
  #turnEndMs = monotonicMs() + TURN_MS;

  /** `skip`: folders that are left out, without links. */
  constructor(skip: readonly string[], signal: AbortSignal, selection: SourceSelection | undefined) {
    this.#skip = skip;
    this.#signal = signal;
    this.#selection = selection;
  }

  async copy(from: string, to: string, way: Way): Promise<void> {
    const real = reading(from, () => realpathSync(from));
    if (this.#skip.includes(real)) return;
    mkdirSync(to, { recursive: true });
    const ancestors = [...way.ancestors, real];
    for (const entry of reading(from, () => readdirSync(from, { withFileTypes: true }))) {
      const source = join(from, entry.name);
      const target = join(to, entry.name);
      const path = way.path === '' ? entry.name : `${way.path}/${entry.name}`;
      const inner = { ...way, ancestors, path };
      const isFolder = entry.isDirectory();
      if (this.#selection?.isLeftOut({ path, file: join(real, entry.name), isFolder })) continue;
      checkName(source);
      if (entry.isSymbolicLink()) await this.#copyLink(source, target, inner);
      else if (isFolder) await this.copy(source, target, inner);
      else if (entry.isFile()) await this.#copyFile(source, target, path);
      // Sockets, FIFOs and devices are no source code.
      await this.#giveWay();
    }
    chmodSync(to, (reading(from, () => statSync(from)).mode & 0o777) | 0o700);
  }

  // A link within the source stays a link (installed npm packages depend on theirs); one that leads outside is followed,
  // one that leads nowhere, back to where it came from, or to folders of the system is copied as it is.
  async #copyLink(source: string, target: string, way: Way): Promise<void> {
    const text = reading(source, () => readlinkSync(source));
    const end = endOf(source);
    const isInside = !isAbsolute(text) && isWithin(resolve(dirname(source), text), way.root);
    if (end === undefined || isInside || way.ancestors.includes(end) || isSystem(end)) {
      symlinkSync(text, target);
      return;
    }
    if (!isWithin(end, way.root)) this.#selection?.onOutside?.(way.path, end);
    const stats = reading(source, () => statSync(end));
    if (stats.isDirectory()) await this.copy(end, target, { ...way, root: end });
    else if (stats.isFile()) await this.#copyFile(end, target, way.path);
  }

  async #copyFile(source: string, target: string, path: string): Promise<void> {
    const bytes = await copyFile(source, target, this.#signal);
    this.#selection?.onFile(path, bytes);
  }

  // Signals and timers have their turn too.
  async #giveWay(): Promise<void> {
    if (monotonicMs() < this.#turnEndMs) return;
    await new Promise(setImmediate);
    this.#signal.throwIfAborted();
    this.#selection?.onTurn();
    this.#turnEndMs = monotonicMs() + TURN_MS;
  }
}

/** Checks a path that was made of a name in a folder. @throws OptmlError SOURCE_INVALID if the name is not UTF-8. */
function checkName(path: string): void {
  // The character that replaces what is not UTF-8 may also be a part of the name.
  if (!path.includes('\ufffd') || lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  throw new OptmlError('SOURCE_INVALID', `${path} in the source cannot be copied: its name is not UTF-8`, {
    where: path,
    fix: 'Rename it, such as with: convmv -f latin1 -t utf8 --notest -r SOURCE',
  });
}

function endOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

function isWithin(path: string, root: string): boolean {
  const inside = relative(root, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}
