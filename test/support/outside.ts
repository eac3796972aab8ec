import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder outside of all jobs, which no job may make optml change. */
export interface Outside {
  readonly dir: string;
  /** A file in it. */
  readonly file: string;
  /** Everything that is in it now: names, content, modes, owners and times of change. */
  state(): unknown;
}

/** Makes a folder with a file in `parent`. */
export function makeOutside(parent: string): Outside {
  const dir = join(parent, 'outside');
  mkdirSync(dir, { mode: 0o750 });
  const file = join(dir, 'file');
  writeFileSync(file, 'keep me\n', { mode: 0o640 });
  const state = () =>
    [dir, ...readdirSync(dir).map((name) => join(dir, name))].map((path) => {
      const { mode, uid, gid, size, mtimeMs, ctimeMs, nlink } = lstatSync(path);
      return {
        path,
        mode,
        uid,
        gid,
        size,
        mtimeMs,
        ctimeMs,
        nlink,
        text: path === dir ? '' : readFileSync(path, 'utf8'),
      };
    });
  return { dir, file, state };
}
