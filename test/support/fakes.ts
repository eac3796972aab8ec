import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './job.ts';

/** Writes files below `dir`, folders on the way included. */
export function writeFiles(dir: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

/** A program on PATH that stands for a real one, and what it was called with. */
export interface Fake {
  /** PATH with the fake in front. */
  readonly path: string;
  /** Each call: `FOLDER: ARGUMENTS`. */
  calls(): readonly string[];
}

/** Puts a fake executable `name` in front of PATH: it records its folder and arguments, then runs `body` (sh). */
export function fakeProgram(t: TestContext, name: string, body = ''): Fake {
  const dir = temporaryFolder(t);
  const record = join(dir, 'calls');
  writeFileSync(join(dir, name), `#!/bin/sh\necho "$PWD: $*" >> '${record}'\n${body}\n`);
  chmodSync(join(dir, name), 0o755);
  return {
    path: `${dir}:${process.env['PATH']}`,
    calls: () => (existsSync(record) ? readFileSync(record, 'utf8').trimEnd().split('\n') : []),
  };
}

/** A PATH that holds only the programs named, each standing for the file given. */
export function pathWithOnly(t: TestContext, programs: Readonly<Record<string, string>>): string {
  const dir = temporaryFolder(t);
  for (const [name, file] of Object.entries(programs)) {
    writeFileSync(join(dir, name), `#!/bin/sh\nexec '${file}' "$@"\n`);
    chmodSync(join(dir, name), 0o755);
  }
  return dir;
}

/** Why a test that needs a mount of its own cannot run here, or false where it can. */
export function whyNoMounts(): string | false {
  try {
    execFileSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt && mount --bind /mnt /mnt'], {
      stdio: 'ignore',
    });
    return false;
  } catch {
    return 'SKIPPED: needs the right to mount (root and `unshare -m`)';
  }
}
