import { ownFile, shortPath } from './own-file.ts';

// The code of a host: in containers and namespaces, and elsewhere in the folder of the job. A path is followed by its line, as
// Node, Python and others write it. Bounded, since jobs write the text.
const POSITION =
  /(file:\/\/)?(?:\/opt\/ml|\/[^\s:"'()]{0,300}\/hosts\/[^\s:"'()/]{1,64}\/ml)\/code\/([^\n:"'()]{1,300}?)(?=:\d|", line \d)/g;
const MARK = '/code/';
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
    if (this.#sources.length === 0 || !lines.includes(MARK)) return lines;
    // One character for each byte: the rest may be anything.
    const text = lines.toString('latin1');
    const shown = text.replace(POSITION, (whole, scheme: string | undefined, path: string) => {
      const own = this.#lookUp(path, scheme !== undefined);
      return own === undefined ? whole : Buffer.from(own).toString('latin1');
    });
    return shown === text ? lines : Buffer.from(shown, 'latin1');
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

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
