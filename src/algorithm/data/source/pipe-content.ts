import { type FifoErrors, fifoContent, type PipeOptions } from '../../../training/pipe/fifo-content.ts';
import type { DataChannel } from '../channel.ts';
import { DataError } from '../data-error.ts';

/**
 * The bytes of an epoch (from 0) of a channel in Pipe mode: up to the end of its FIFO. Leaving the loop early closes the FIFO,
 * which ends the epoch (contract C40).
 *
 * @throws DataError channel-missing if the FIFO does not appear in time; the signal's reason.
 */
export function pipeContent(channel: DataChannel, epoch: number, options: PipeOptions): AsyncGenerator<Buffer> {
  const file = `${channel.dir}_${epoch}`;
  return fifoContent(file, options, errorsOf(channel.name, file));
}

function errorsOf(name: string, file: string): FifoErrors {
  return {
    missing: (waitedMs) =>
      new DataError('channel-missing', `channel ${name} has no FIFO for this epoch after ${waitedMs / 1000} s`, {
        file,
        fix: `Check that the channel ${name} has the input mode Pipe.`,
      }),
    unreadable: (cause) =>
      new DataError('channel-unreadable', `channel ${name} cannot be read: ${(cause as Error).message}`, {
        file,
        fix: 'Make the FIFO readable.',
        cause,
      }),
    notFifo: () =>
      new DataError('file-kind', `channel ${name} is no FIFO in Pipe mode`, {
        file,
        fix: 'Use the input mode File for files.',
      }),
  };
}
