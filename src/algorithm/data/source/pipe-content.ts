import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from '../../../errors/error.ts';
import type { DataChannel } from '../channel.ts';
import { DataError } from '../data-error.ts';

/** The platform makes the FIFO of an epoch as late as the last one ends; official samples look every 0.1 s (contract C40). */
const PAUSE_MS = 20;
/** Far longer than the platform needs to make a FIFO. */
const LONGEST_WAIT_MS = 300_000;

/** How long to wait for a FIFO, and what ends the waiting. */
export interface PipeOptions {
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bytes of an epoch (from 0) of a channel in Pipe mode: up to the end of its FIFO. Leaving the loop early closes the FIFO,
 * which ends the epoch (contract C40).
 *
 * @throws DataError channel-missing if the FIFO does not appear in time; the signal's reason.
 */
export async function* pipeContent(channel: DataChannel, epoch: number, options: PipeOptions): AsyncGenerator<Buffer> {
  const descriptor = await openFifo(channel, `${channel.dir}_${epoch}`, options);
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
  channel: DataChannel,
  file: string,
  { waitMs = LONGEST_WAIT_MS, signal }: PipeOptions,
): Promise<number> {
  for (let waited = 0; ; waited += PAUSE_MS) {
    signal?.throwIfAborted();
    const descriptor = tryOpen(channel, file);
    if (descriptor !== undefined) return descriptor;
    if (waited >= waitMs) {
      throw new DataError(
        'channel-missing',
        `channel ${channel.name} has no FIFO for this epoch after ${waitMs / 1000} s`,
        {
          file,
          fix: `Check that the channel ${channel.name} has the input mode Pipe.`,
        },
      );
    }
    // The signal's reason is thrown above.
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
}

function tryOpen(channel: DataChannel, file: string): number | undefined {
  let descriptor: number;
  try {
    // Does not wait for the other end: epoll reports the end of the data only after a writer has been there.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw new DataError('channel-unreadable', `channel ${channel.name} cannot be read: ${(error as Error).message}`, {
      file,
      fix: 'Make the FIFO readable.',
      cause: error,
    });
  }
  if (fstatSync(descriptor).isFIFO()) return descriptor;
  closeSync(descriptor);
  throw new DataError('file-kind', `channel ${channel.name} is no FIFO in Pipe mode`, {
    file,
    fix: 'Use the input mode File for files.',
  });
}
