import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from '../../errors/error.ts';

/** The platform makes the FIFO of an epoch as late as the last one ends; official samples look every 0.1 s (contract C40). */
const PAUSE_MS = 20;
/** Far longer than the platform needs to make a FIFO. */
const LONGEST_WAIT_MS = 300_000;

/** How long to wait for a FIFO, and what ends the waiting. */
export interface PipeOptions {
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Makes the errors of {@link fifoContent}. */
export interface FifoErrors {
  missing(waitedMs: number): Error;
  unreadable(cause: unknown): Error;
  /** Something else is in its place. */
  notFifo(): Error;
}

/**
 * The bytes that come through the FIFO `file`, which is an epoch of a channel in Pipe mode: up to its end. Leaving the loop
 * early closes the FIFO, which ends the epoch (contract C40).
 *
 * @throws an error of `errors`; the signal's reason.
 */
export async function* fifoContent(file: string, options: PipeOptions, errors: FifoErrors): AsyncGenerator<Buffer> {
  const descriptor = await openFifo(file, options, errors);
  // A socket waits for data by epoll. A file would hold a thread of Node's pool, and four of them would stop everything.
  const socket = new Socket({ fd: descriptor, readable: true, writable: false, signal: options.signal });
  try {
    yield* socket;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    socket.destroy();
  }
}

async function openFifo(
  file: string,
  { waitMs = LONGEST_WAIT_MS, signal }: PipeOptions,
  errors: FifoErrors,
): Promise<number> {
  for (let waited = 0; ; waited += PAUSE_MS) {
    signal?.throwIfAborted();
    const descriptor = tryOpen(file, errors);
    if (descriptor !== undefined) return descriptor;
    if (waited >= waitMs) throw errors.missing(waitMs);
    // The signal's reason is thrown above.
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
}

function tryOpen(file: string, errors: FifoErrors): number | undefined {
  let descriptor: number;
  try {
    // Does not wait for the other end: epoll reports the end of the data only after a writer has been there.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw errors.unreadable(error);
  }
  if (fstatSync(descriptor).isFIFO()) return descriptor;
  closeSync(descriptor);
  throw errors.notFifo();
}
