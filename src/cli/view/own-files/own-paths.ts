import { ownFile, shortPath } from './own-file.ts';

// The code of a host is here: in containers and namespaces below /opt, and elsewhere in the folder of the job.
const CODE = '/ml/code/';
const OPT = '/opt';
const HOST = /\/hosts\/[^\s:"'()/]{1,64}$/;
const LONGEST_HOST = 80;
const SCHEME = 'file://';
const BEFORE_PATH = /[\s:"'()]/;
// A path is followed by its line, as Node, Python and others write it.
const REST = /[^\n:"'()]{1,300}(?=:\d|", line \d)/y;
// Jobs write the text: each place where the path may be costs at most so many characters before it.
const LONGEST_START = 400;
const MOST_KNOWN = 1000;
const CONTROL = /\p{Cc}/u;

/**
 * Names the user's own files in the output of a job: traces name those of a copy that optml removes, and an editor opens the
 * file of a path on the screen. Text without such positions stays as it is, byte for byte.
 */
export class OwnPaths {
  readonly #sources: readonly string[];
  readonly #cwd: string;
  readonly #known = new Map<string, string | undefined>();

  /** `sources`: the folders on this machine that the code of the job may come from. Absolute, as `cwd`. */
  constructor(sources: readonly string[], cwd: string) {
    this.#sources = sources;
    this.#cwd = cwd;
  }

  /** The same lines with the user's own files. */
  show(lines: Buffer): Buffer {
    if (this.#sources.length === 0 || !lines.includes(CODE)) return lines;
    // One character for each byte: the rest may be anything.
    const text = lines.toString('latin1');
    const shown = this.#showText(text);
    return shown === text ? lines : Buffer.from(shown, 'latin1');
  }

  // Not one expression for all of it: on hostile lines, its time would grow with the square of their length.
  #showText(text: string): string {
    const parts: string[] = [];
    let done = 0;
    for (let at = text.indexOf(CODE); at >= 0; at = text.indexOf(CODE, Math.max(at + 1, done))) {
      const path = pathAt(text, at, done);
      const own = path === undefined ? undefined : this.#lookUp(path.below, path.isUrl);
      if (path === undefined || own === undefined) continue;
      parts.push(text.slice(done, path.start), Buffer.from(own).toString('latin1'));
      done = path.end;
    }
    return parts.join('') + text.slice(done);
  }

  #lookUp(path: string, isUrl: boolean): string | undefined {
    const key = `${isUrl} ${path}`;
    if (!this.#known.has(key)) {
      if (this.#known.size >= MOST_KNOWN) return undefined;
      this.#known.set(key, this.#find(Buffer.from(path, 'latin1').toString('utf8'), isUrl));
    }
    return this.#known.get(key);
  }

  #find(path: string, isUrl: boolean): string | undefined {
    const file = ownFile(isUrl ? decoded(path) : path, this.#sources);
    if (file === undefined || CONTROL.test(file)) return undefined;
    return shortPath(file, this.#cwd);
  }
}

interface FoundPath {
  readonly start: number;
  readonly end: number;
  /** Relative to the code. */
  readonly below: string;
  readonly isUrl: boolean;
}

/** The path of a position whose {@link CODE} is at `at`; it begins at `first` or behind it. */
function pathAt(text: string, at: number, first: number): FoundPath | undefined {
  REST.lastIndex = at + CODE.length;
  const below = REST.exec(text)?.[0];
  const start = below === undefined ? undefined : startOf(text, at, Math.max(first, at - LONGEST_START));
  if (below === undefined || start === undefined) return undefined;
  const isUrl = text.startsWith(SCHEME, start - SCHEME.length) && start - SCHEME.length >= first;
  const end = at + CODE.length + below.length;
  return { start: isUrl ? start - SCHEME.length : start, end, below, isUrl };
}

function startOf(text: string, at: number, earliest: number): number | undefined {
  const ofOpt = at - OPT.length;
  if (ofOpt >= earliest && text.startsWith(OPT, ofOpt)) return ofOpt;
  if (!HOST.test(text.slice(Math.max(earliest, at - LONGEST_HOST), at))) return undefined;
  let start = at;
  while (start > earliest && !BEFORE_PATH.test(text.charAt(start - 1))) start--;
  // Behind the colon of a URL are two slashes more.
  return text.startsWith(SCHEME, start - 5) ? start + 2 : text.indexOf('/', start);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
