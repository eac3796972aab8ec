import { constants, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { within } from '../concurrency/clock.ts';
import { systemErrorCode } from '../errors/error.ts';
import { visibleText } from '../text/visible.ts';
import { writeWhole } from './write-whole.ts';

const STDERR = 2;
const NEWLINE = 0x0a;

/** Writes one chunk whole, after those before it; false when the reader is gone. */
type Writer = (chunk: Buffer) => Promise<boolean>;

/** Standard error of this process, in the order of the calls. */
export interface StandardError {
  /**
   * Writes a record of our own, on a line of its own, after everything written before. Returns immediately: a reader that
   * stands still never keeps this process from its work, least of all from passing on a signal. See {@link flush}.
   */
  readonly write: (text: string) => void;
  /** Writes a program's own bytes as they are; resolves when they are out, or the reader is gone. */
  readonly writeBytes: (chunk: Buffer) => Promise<void>;
  /** Waits until everything is out; a reader that takes nothing for `timeoutMs` milliseconds loses the rest. */
  readonly flush: (timeoutMs: number) => Promise<void>;
}

/**
 * Takes standard error over, at the first write. A process calls this once and passes the result on: it keeps the order of
 * the writes, and a second one would not know of a line that the first has left open.
 */
export function takeStandardError(): StandardError {
  let writer: Writer | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let isLineOpen = false;
  const enqueue = (chunk: Buffer): Promise<unknown> => {
    if (chunk.length === 0) return last;
    isLineOpen = chunk.at(-1) !== NEWLINE;
    writer ??= openWriter();
    // A pipe's own queue keeps the order, and takes what it has room for; elsewhere we wait for one another.
    last = writer(chunk);
    return last;
  };
  return {
    write: (text) => void enqueue(Buffer.from((isLineOpen ? '\n' : '') + visibleText(text))),
    writeBytes: async (chunk) => void (await enqueue(chunk)),
    flush: async (timeoutMs) => void (await within(last, timeoutMs)),
  };
}

function openWriter(): Writer {
  const stats = fstatSync(STDERR);
  if (stats.isFIFO()) return pipeWriter() ?? queueWriter();
  const isInstant = stats.isFile() || (stats.isCharacterDevice() && stats.rdev === statSync('/dev/null').rdev);
  return isInstant ? instantWriter : queueWriter();
}

/**
 * A pipe is opened again, so that it can be non-blocking for us alone: the program shares the open file that we inherited,
 * as its standard output where both were made one. Undefined where it may not be opened (another user's).
 */
function pipeWriter(): Writer | undefined {
  let fd: number;
  try {
    fd = openSync(`/proc/self/fd/${STDERR}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  let socket: Socket | undefined;
  return async (chunk) => {
    // Most records find room immediately; only a pipe that is full needs a socket, which waits for room.
    const rest = socket === undefined ? writeWhatFits(fd, chunk) : chunk;
    if (rest === undefined) return false;
    if (rest.length === 0) return true;
    socket ??= openSocket(fd);
    const target = socket;
    return new Promise((resolve) => target.write(rest, (error) => resolve(!error)));
  };
}

/** What did not fit into the pipe, or undefined when its reader is gone. */
function writeWhatFits(fd: number, chunk: Buffer): Buffer | undefined {
  let rest = chunk;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
    return rest;
  } catch (error) {
    return systemErrorCode(error) === 'EAGAIN' ? rest : undefined;
  }
}

function openSocket(fd: number): Socket {
  const socket = new Socket({ fd, readable: false, writable: true });
  // The write reports a reader that is gone.
  socket.on('error', () => undefined);
  return socket;
}

/** For files and /dev/null, which never keep one waiting. */
const instantWriter: Writer = async (chunk) => {
  try {
    for (let rest = chunk; rest.length > 0; ) rest = rest.subarray(writeSync(STDERR, rest));
    return true;
  } catch {
    // A full disk: a log line never ends a training job.
    return false;
  }
};

/** For sockets and terminals: one write after the other, each outside of the event loop, since it may block. */
function queueWriter(): Writer {
  let last: Promise<boolean> = Promise.resolve(true);
  return (chunk) => {
    last = last.then((isThere) => (isThere ? writeWhole(STDERR, chunk) : false));
    return last;
  };
}
