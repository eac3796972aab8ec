import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** A program that was to compress or decompress, and did not. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
}

/** What a program is fed with. */
export interface FedChunks {
  readonly chunks: AsyncIterable<Buffer>;
  /** Told of every chunk that is out, and no longer needed. */
  readonly onWritten: (chunk: Buffer) => void;
}

/**
 * Runs a program that reads `chunks` on its standard input and writes to the open file `target` itself. Resolves when it
 * ended well.
 *
 * @throws FilterError when the program fails; the signal's reason when `signal` is aborted; whatever `chunks` throws.
 */
export async function feedProgram(
  command: readonly string[],
  { chunks, onWritten }: FedChunks,
  target: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const child = start(command, ['pipe', target, 'pipe'], signal);
  const ended = endOf(child, command);
  // It is awaited below, at the latest after the last chunk.
  ended.catch(() => undefined);
  // Without free descriptors Node makes no pipes: the start fails.
  if (!child.stdin) return ended;
  const input: Writable = child.stdin;
  // A program that ends early breaks the pipe: how it ended says why.
  input.on('error', () => undefined);
  try {
    let written: Promise<void> = Promise.resolve();
    for await (const chunk of chunks) {
      await written;
      signal?.throwIfAborted();
      if (child.exitCode !== null || child.signalCode !== null || input.destroyed) break;
      // The next chunk is made while this one is on its way.
      written = write(input, chunk).then(() => onWritten(chunk));
    }
    await written;
    input.end();
    await ended;
    signal?.throwIfAborted();
  } catch (error) {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
    throw signal?.aborted ? signal.reason : error;
  }
}

/**
 * Runs a program that reads the open file `source` itself, and gives its output to `take`, chunk by chunk. Resolves when it
 * ended well.
 *
 * @throws FilterError when the program fails; the signal's reason when `signal` is aborted; whatever `take` throws.
 */
export async function readProgram(
  command: readonly string[],
  source: number,
  take: (chunk: Buffer) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const child = start(command, [source, 'pipe', 'pipe'], signal);
  const ended = endOf(child, command);
  ended.catch(() => undefined);
  try {
    // Without free descriptors Node makes no pipes: the start fails.
    if (child.stdout) await takeAll(child.stdout, take);
    await ended;
    signal?.throwIfAborted();
  } finally {
    child.kill('SIGKILL');
  }
}

// Not by `for await`, which waits several times for each of the small pieces that a pipe brings.
function takeAll(output: Readable, take: (chunk: Buffer) => void): Promise<void> {
  output.on('data', (chunk: Buffer) => {
    // One that was there already when the reading was given up.
    if (output.destroyed) return;
    try {
      take(chunk);
    } catch (error) {
      output.destroy(error as Error);
    }
  });
  return finished(output);
}

function start(
  command: readonly string[],
  stdio: Array<'pipe' | number>,
  signal: AbortSignal | undefined,
): ChildProcess {
  const [file = '', ...args] = command;
  // A group of its own: what a terminal sends to stop us is for us to handle. No variables: some change what programs
  // such as gzip do.
  const child = spawn(file, args, { stdio, detached: true, env: {} });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  child.once('close', () => signal?.removeEventListener('abort', kill));
  if (signal?.aborted) kill();
  return child;
}

function endOf(child: ChildProcess, [file = '']: readonly string[]): Promise<void> {
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output = `${output}${chunk.toString('utf8')}`.slice(-1000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new FilterError(`${file} could not be started: ${error.message}`)));
    child.once('close', (code, killedBy) => {
      if (code === 0) resolve();
      else
        reject(
          new FilterError(`${file} ended with ${killedBy ?? `exit code ${code}`}${output && `: ${output.trim()}`}`),
        );
    });
  });
}

// Resolves also when the pipe broke.
function write(input: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    input.write(chunk, () => resolve());
  });
}
