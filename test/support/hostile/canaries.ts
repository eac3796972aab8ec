import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Files of the machine that no job may have read, changed, moved or added to. */
export interface Canaries {
  /** A folder with files, folders and links. */
  readonly folder: string;
  /** A file that no other user may read. */
  readonly file: string;
  /** A FIFO with bytes in it: they are gone once anybody has read from it. */
  readonly fifo: string;
  /** Bytes that are in each file, and nowhere else. */
  readonly secret: Buffer;
  /** What is different from the beginning. */
  changes(): readonly string[];
  close(): void;
}

const FIFO_CONTENT = Buffer.from('unread');
const OLD = new Date('2001-02-03T04:05:06Z');

/** Makes canaries in a folder that does not exist yet. */
export function makeCanaries(folder: string): Canaries {
  const secret = Buffer.from(`CANARY-${randomBytes(24).toString('hex')}`);
  const file = join(folder, 'private');
  const fifo = join(folder, 'pipe');
  mkdirSync(join(folder, 'sub/deeper'), { recursive: true });
  for (const [name, mode] of [
    ['private', 0o600],
    ['script', 0o755],
    ['sub/data.bin', 0o644],
    ['sub/deeper/state.json', 0o640],
    ['a.sagemaker-uploaded', 0o644],
  ] as const) {
    writeFileSync(join(folder, name), secret);
    chmodSync(join(folder, name), mode);
  }
  writeFileSync(join(folder, 'large'), Buffer.alloc(1 << 20, secret));
  symlinkSync('private', join(folder, 'link'));
  if (spawnSync('mkfifo', ['-m', '666', fifo]).status !== 0) throw new Error(`mkfifo failed: ${fifo}`);
  const pipe = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  writeSync(pipe, FIFO_CONTENT);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().reverse()) {
    if (!lstatSync(join(folder, name)).isSymbolicLink()) utimesSync(join(folder, name), OLD, OLD);
  }
  utimesSync(folder, OLD, OLD);
  const before = stateOf(folder);
  return {
    folder,
    file,
    fifo,
    secret,
    changes: () => [...differences(before, stateOf(folder)), ...readFrom(pipe)],
    close: () => closeSync(pipe),
  };
}

/** Path → all that a write, a removal, a move or a change of owner would change. */
function stateOf(folder: string): ReadonlyMap<string, string> {
  const names = ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
  return new Map(names.map((name) => [name, stateOfEntry(join(folder, name))]));
}

function stateOfEntry(path: string): string {
  const stats = lstatSync(path);
  const content = stats.isFile()
    ? readFileSync(path).toString('latin1')
    : stats.isSymbolicLink()
      ? readlinkSync(path)
      : '';
  return JSON.stringify([stats.mode.toString(8), stats.uid, stats.gid, stats.nlink, stats.mtimeMs, content]);
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const short = (state: string | undefined) => state?.slice(0, 100) ?? 'missing';
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name}: ${short(before.get(name))} → ${short(after.get(name))}`);
}

function readFrom(pipe: number): readonly string[] {
  const content = Buffer.alloc(64);
  let bytes = 0;
  try {
    bytes = readSync(pipe, content);
  } catch {
    // EAGAIN: it is empty.
  }
  const left = content.subarray(0, bytes);
  if (bytes > 0) writeSync(pipe, left);
  return left.equals(FIFO_CONTENT) ? [] : [`pipe: "${FIFO_CONTENT}" → "${left}"`];
}
