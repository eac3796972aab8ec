import { closeSync, constants, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { kindAt, MOST_INPUT_BYTES, readInput, tooLarge, UnusableInput } from './input-file.ts';

/** Limits of a pipe. */
export interface PipeLimits {
  readonly mostBytes?: number;
  /** How long a pipe may give nothing: it may have no writer. By default 60,000 ms. A terminal may for any time. */
  readonly silenceMs?: number;
}

/**
 * The content of an input that the user has named on the command line: a regular file, or a pipe or terminal, such as
 * `/dev/stdin` and `<(command)` of a shell. Waits for the end of a pipe without blocking the process, so that signals have
 * their effect.
 *
 * @throws UnusableInput for anything else, a pipe that is silent for too long, and more than `mostBytes`; the system's error.
 */
export async function readInputOrPipe(file: string, limits: PipeLimits = {}): Promise<Buffer> {
  const { mostBytes = MOST_INPUT_BYTES, silenceMs = 60_000 } = limits;
  const kind = kindAt(file);
  if (kind !== 'a named pipe' && kind !== 'a device') return readInput(file, mostBytes);
  const { isatty, ReadStream } = await import('node:tty');
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  if (isatty(descriptor)) return collect(new ReadStream(descriptor), mostBytes);
  if (kind === 'a device') {
    closeSync(descriptor);
    return readInput(file, mostBytes);
  }
  const { Socket } = await import('node:net');
  const pipe = new Socket({ fd: descriptor, readable: true, writable: false });
  pipe.setTimeout(silenceMs, () => {
    const problem = `it is a named pipe, and nothing was written to it for ${silenceMs / 1000} s`;
    pipe.destroy(new UnusableInput(problem, 'Start the program that writes to it, or give a regular file.'));
  });
  return collect(pipe, mostBytes);
}

/**
 * The content of standard input, whatever it is: a file, a pipe, a socket or a terminal.
 *
 * @throws UnusableInput if a pipe is silent for too long, and for more than `mostBytes`; the system's error.
 */
export async function readStandardInput(limits: PipeLimits = {}): Promise<Buffer> {
  const { mostBytes = MOST_INPUT_BYTES, silenceMs = 60_000 } = limits;
  const { stdin } = process;
  let silence: NodeJS.Timeout | undefined;
  const wait = () => {
    clearTimeout(silence);
    const problem = `nothing was written to it for ${silenceMs / 1000} s`;
    silence = setTimeout(() => stdin.destroy(new UnusableInput(problem, 'Write the request to it.')), silenceMs);
  };
  if (!stdin.isTTY) {
    wait();
    stdin.on('data', wait);
  }
  try {
    return await collect(stdin, mostBytes);
  } finally {
    clearTimeout(silence);
    stdin.off('data', wait);
  }
}

async function collect(stream: Readable, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge(mostBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
