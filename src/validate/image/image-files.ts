import { posix } from 'node:path';

/** A file of an image. */
export interface ImageFile {
  /** Absolute, without links in it. */
  readonly path: string;
  readonly isExecutable: boolean;
  /** In bytes. */
  readonly size: number;
  /** Its first bytes, at most {@link HEAD_BYTES}. */
  readonly head: Buffer;
}

/** How much of each kept file's start is kept: enough for a `#!` line and the marks of binary formats. */
export const HEAD_BYTES = 256;

/** A place with a credential in it, which itself is not kept. */
export interface FoundSecret {
  readonly path: string;
  /** What it is: "an access key of AWS". */
  readonly what: string;
}

/** What has been found in one reading of an image's file system. */
export interface CollectedFiles {
  /** Absolute paths → files: the executable ones, and those whose names are asked about. */
  readonly files: ReadonlyMap<string, ImageFile>;
  /** Absolute paths → targets of links, as they are written. */
  readonly links: ReadonlyMap<string, string>;
  /** What is below the folders of `/opt/ml` that the platform mounts over. */
  readonly hidden: readonly string[];
  readonly secrets: readonly FoundSecret[];
  /** Parts of NVIDIA's driver. */
  readonly driver: readonly string[];
  /** Names and numbers of `/etc/passwd`; undefined where there is no such file. */
  readonly users: ReadonlySet<string> | undefined;
  /** Folders of the second level → bytes. */
  readonly folders: ReadonlyMap<string, number>;
  /** Folders of package managers' caches → bytes. */
  readonly caches: ReadonlyMap<string, number>;
}

// As Linux has it.
const MOST_LINKS = 40;
/** Most components of a path, with those that links on the way add: a path of Linux has no more. */
const MOST_PARTS = 2048;

/** Answers questions about the files of an image. */
export class ImageFiles {
  readonly facts: CollectedFiles;

  constructor(facts: CollectedFiles) {
    this.facts = facts;
  }

  /** The file at a path, links followed; undefined where there is none, or it was not kept. */
  find(path: string): ImageFile | undefined {
    const real = this.#resolve(path);
    return real === undefined ? undefined : this.facts.files.get(real);
  }

  /** The first executable file of that name in the folders of a `PATH`, as `execvp` looks for it. */
  findOnPath(name: string, path: string): ImageFile | undefined {
    return this.allOnPath(name, path).find(({ isExecutable }) => isExecutable);
  }

  /** Every file of that name in the folders of a `PATH`, executable or not. */
  allOnPath(name: string, path: string): readonly ImageFile[] {
    return path.split(':').flatMap((folder) => this.find(posix.join(folder || '/', name)) ?? []);
  }

  // The path without links in it, whether or not there is something.
  #resolve(path: string): string | undefined {
    let parts = path.split('/').filter(isPart);
    let done: readonly string[] = [];
    for (let links = 0; parts.length > 0; ) {
      if (done.length + parts.length > MOST_PARTS) return undefined;
      const [part = '', ...rest] = parts;
      if (part === '..') {
        done = done.slice(0, -1);
        parts = rest;
        continue;
      }
      const here = `/${[...done, part].join('/')}`;
      const target = this.facts.links.get(here);
      if (target === undefined) {
        done = [...done, part];
        parts = rest;
      } else {
        if (++links > MOST_LINKS) return undefined;
        if (target.startsWith('/')) done = [];
        parts = [...target.split('/').filter(isPart), ...rest];
      }
    }
    return `/${done.join('/')}`;
  }
}

function isPart(part: string): boolean {
  return part !== '' && part !== '.';
}
