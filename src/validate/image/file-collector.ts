import type { ArchivedEntry, EntrySink } from '../../archive/unpack/entry-reader.ts';
import { readable } from '../../job-tree/raw-name.ts';
import { UnreadableImage } from '../image-facts.ts';
import type { CollectedFiles, FoundSecret, ImageFile } from './image-files.ts';
import { HEAD_BYTES } from './image-files.ts';
import { LONGEST_SEARCHED, maySecretsLieIn, secretIn } from './secrets-in-text.ts';

/** Folders of `/opt/ml` that the platform mounts over (contract C5). */
const MOUNTED = /^\/opt\/ml\/(?:input|model|output)\//;
// What keeps an empty folder in a repository hides nothing.
const PLACEHOLDER = /\/\.(?:gitkeep|gitignore|keep|placeholder)$/;
const DRIVER = /\/(?:libcuda|libnvidia-ml|libnvidia-ptxjitcompiler|libnvcuvid)\.so\.\d{3,}(?:\.\d+)*$/;
/** What `python train` and `node train` run, apart from a file of that name. */
const STARTED_AS_TRAIN = /\/train(?:\.js|\/index\.js|\/__main__\.py)$/;
// CUDA's libraries for compatibility, and those to link with, are no driver.
const NO_DRIVER = /\/(?:compat|stubs)\//;
const CACHES: ReadonlyArray<readonly [place: RegExp, folder: string]> = [
  [/^\/var\/lib\/apt\/lists\//, '/var/lib/apt/lists'],
  [/^\/var\/cache\/(?:apt|yum|dnf|apk)\//, '/var/cache'],
  [/^\/(?:root|home\/[^/]+)\/\.cache\//, '~/.cache'],
  [/^\/(?:root|home\/[^/]+)\/\.npm\//, '~/.npm'],
  [/\/(?:conda|miniconda3?|anaconda3?|miniforge3?|mambaforge)\/pkgs\//, 'pkgs of conda'],
  [/^\/tmp\//, '/tmp'],
];

/** Most programs and links that are kept, in memory. The images of frameworks have some ten thousand. */
const MOST_KEPT = 500_000;
/** Most entries of each list of findings, and most folders whose sizes are counted. */
const MOST_FOUND = 1000;
const MOST_FOLDERS = 10_000;

/** A file that is read now. */
interface OpenFile {
  readonly path: string;
  readonly entry: ArchivedEntry;
  readonly kept: Buffer[];
  /** How much of its start is wanted. */
  left: number;
}

/** Takes the entries of an image's file system, and keeps what the checks ask about: names and a few first bytes. */
export class FileCollector implements EntrySink {
  readonly #wanted: ReadonlySet<string>;
  readonly #files = new Map<string, ImageFile>();
  readonly #links = new Map<string, string>();
  readonly #hidden: string[] = [];
  readonly #secrets: FoundSecret[] = [];
  readonly #keys: FoundSecret[] = [];
  readonly #authorized = new Set<string>();
  readonly #driver: string[] = [];
  readonly #folders = new Map<string, number>();
  readonly #caches = new Map<string, number>();
  #users: ReadonlySet<string> | undefined;
  #open: OpenFile | undefined;

  /** @param wanted Names of files that are kept even where they are not executable. */
  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  /** @throws UnreadableImage for more files than any real image has. */
  begin(entry: ArchivedEntry): void {
    if (this.#files.size + this.#links.size > MOST_KEPT) {
      throw new UnreadableImage(`there are more than ${MOST_KEPT} programs and links in it`);
    }
    const path = `/${readable(entry.name)
      .replace(/^\.?\//, '')
      .replace(/\/$/, '')}`;
    this.#open = undefined;
    if (entry.type === '2' || entry.type === '1') {
      const target = readable(entry.linkName);
      this.#links.set(path, entry.type === '1' ? `/${target.replace(/^\.?\//, '')}` : target);
      return;
    }
    if (entry.type !== '0' && entry.type !== '\0' && entry.type !== '7') return;
    this.#count(path, entry.size);
    if (MOUNTED.test(path) && entry.size > 0 && !PLACEHOLDER.test(path)) add(this.#hidden, path);
    const left = wantedBytes(path, entry.size);
    this.#open = { path, entry, kept: [], left };
  }

  content(piece: Buffer): void {
    const open = this.#open;
    if (open === undefined || open.left === 0) return;
    // The chunk is used again by the stream, so what is kept is a copy.
    const part = Buffer.from(piece.subarray(0, open.left));
    open.kept.push(part);
    open.left -= part.length;
  }

  hole(bytes: number): void {
    if (this.#open !== undefined && this.#open.left > 0) this.content(Buffer.alloc(Math.min(bytes, this.#open.left)));
  }

  end(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    const { path, entry } = open;
    const start = Buffer.concat(open.kept);
    const isExecutable = ((entry.mode ?? 0) & 0o111) !== 0;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (isExecutable || this.#wanted.has(name) || STARTED_AS_TRAIN.test(path)) {
      this.#files.set(path, { path, isExecutable, size: entry.size, head: Buffer.from(start.subarray(0, HEAD_BYTES)) });
    }
    if (isDriver(path, entry.size, start)) add(this.#driver, path);
    if (path === '/etc/passwd') this.#users = usersOf(start.toString('latin1'));
    if (maySecretsLieIn(path)) this.#search(path, start.toString('latin1'));
  }

  /** All that was found. */
  result(): CollectedFiles {
    // A key that its own folder lets in is how the hosts of a job reach one another.
    const keys = this.#keys.filter(({ path }) => !this.#authorized.has(folderOf(path)));
    return {
      files: this.#files,
      links: this.#links,
      hidden: this.#hidden,
      secrets: [...this.#secrets, ...keys],
      driver: this.#driver,
      users: this.#users,
      folders: this.#folders,
      caches: this.#caches,
    };
  }

  #search(path: string, text: string): void {
    if (/\/\.ssh\/authorized_keys$/.test(path)) this.#authorized.add(folderOf(path));
    const what = secretIn(path, text);
    if (what === undefined) return;
    add(/\/\.ssh\//.test(path) ? this.#keys : this.#secrets, { path, what });
  }

  #count(path: string, size: number): void {
    const folder = path.split('/', 3).join('/');
    if (!this.#folders.has(folder) && this.#folders.size === MOST_FOLDERS) return;
    this.#folders.set(folder, (this.#folders.get(folder) ?? 0) + size);
    const cache = CACHES.find(([location]) => location.test(path))?.[1];
    if (cache !== undefined) this.#caches.set(cache, (this.#caches.get(cache) ?? 0) + size);
  }
}

function add<Found>(list: Found[], found: Found): void {
  if (list.length < MOST_FOUND) list.push(found);
}

function wantedBytes(path: string, size: number): number {
  if (path === '/etc/passwd') return LONGEST_SEARCHED;
  return maySecretsLieIn(path) && size <= LONGEST_SEARCHED ? size : HEAD_BYTES;
}

function isDriver(path: string, size: number, start: Buffer): boolean {
  if (NO_DRIVER.test(path) || size === 0) return false;
  if (DRIVER.test(path)) return true;
  // A script of that name is somebody's stand-in.
  return path.endsWith('/bin/nvidia-smi') && start.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));
}

function usersOf(passwd: string): ReadonlySet<string> {
  return new Set(
    passwd.split('\n').flatMap((line) => {
      const [name = '', , id = ''] = line.split(':');
      return name === '' ? [] : [name, id];
    }),
  );
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
