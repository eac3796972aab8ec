import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { MOST_INPUT_BYTES } from '../../src/job-tree/input/input-file.ts';

/** Something that is no file to read, in place of one. */
export interface HostileInput {
  readonly kind: string;
  /** Puts it at `path`, instead of what is there. */
  readonly put: (path: string, t: TestContext) => void | Promise<void>;
  /** What errors say about it: the end of "FILE cannot be read: ". */
  readonly problem: string;
}

/** Those that are found by their kind alone. The device is one whose end comes soon: if a check fails, the machine survives. */
export const SPECIAL_FILES: readonly HostileInput[] = [
  { kind: 'a named pipe', put: (path) => putPipe(path), problem: 'it is a named pipe' },
  { kind: 'a socket', put: putSocket, problem: 'it is a socket' },
  { kind: 'a link to a device', put: (path) => putLink(path, '/dev/null'), problem: 'it is a device' },
  { kind: 'a folder', put: putFolder, problem: 'it is a folder' },
];

/** A file of which nothing is on disk, a byte longer than an input may be. */
export const TOO_LARGE: HostileInput = {
  kind: 'a file over the limit',
  put: (path) => {
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, '');
    truncateSync(path, MOST_INPUT_BYTES + 1);
  },
  problem: `it has more than ${MOST_INPUT_BYTES} bytes`,
};

/** Makes a named pipe at `path`, instead of what is there. */
export function putPipe(path: string): void {
  rmSync(path, { recursive: true, force: true });
  execFileSync('mkfifo', [path]);
}

/** Makes a link at `path`, instead of what is there. */
export function putLink(path: string, target: string): void {
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
}

function putFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
}

async function putSocket(path: string, t: TestContext): Promise<void> {
  rmSync(path, { recursive: true, force: true });
  const server = createServer().listen(path);
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
}
