import { createReadStream, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OptmlError } from '../../errors/error.ts';
import { type FifoErrors, fifoContent, type PipeOptions } from './fifo-content.ts';

/** A channel of a script. */
export interface ScriptChannel {
  readonly name: string;
  /** Its folder in File mode. In Pipe mode epoch N comes through the FIFO `DIR_N`. Absolute. */
  readonly dir: string;
  /** `Pipe`, another mode, or undefined if nothing says it. */
  readonly inputMode: string | undefined;
}

/**
 * The bytes of an epoch (from 0) of a channel. Outside of Pipe mode they are those of its files, one after the other in the
 * order of their names, which is what a pipe of the same data brings.
 *
 * @throws OptmlError CHANNEL_INVALID; the signal's reason.
 */
export async function* channelContent(
  channel: ScriptChannel,
  epoch: number,
  options: PipeOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const file = `${channel.dir}_${epoch}`;
  if (isPipe(channel, file)) {
    yield* fifoContent(file, options, errorsOf(channel.name, file));
    return;
  }
  for (const path of filesIn(channel)) {
    yield* fileContent(path, options, channel.name);
  }
}

async function* fileContent(path: string, { signal }: PipeOptions, name: string): AsyncGenerator<Buffer> {
  signal?.throwIfAborted();
  try {
    yield* createReadStream(path, { signal }) as AsyncIterable<Buffer>;
  } catch (cause) {
    signal?.throwIfAborted();
    const message = `channel ${name} cannot be read: ${(cause as Error).message}`;
    throw new OptmlError('CHANNEL_INVALID', message, { where: path, fix: 'Make its files readable.', cause });
  }
}

// By hand nothing says the mode.
function isPipe({ inputMode }: ScriptChannel, file: string): boolean {
  if (inputMode !== undefined) return inputMode === 'Pipe';
  return lstatSync(file, { throwIfNoEntry: false })?.isFIFO() === true;
}

function filesIn({ name, dir }: ScriptChannel): readonly string[] {
  try {
    const names = readdirSync(dir, { recursive: true, encoding: 'utf8' })
      // Names of what is no data: .DS_Store, _SUCCESS.
      .filter((path) => !/(?:^|\/)[._]/.test(path))
      .filter((path) => statSync(join(dir, path)).isFile());
    // Bytes of UTF-8, as S3 lists them: texts in JavaScript compare by units of UTF-16.
    return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map((path) => join(dir, path));
  } catch (cause) {
    const message = `channel ${name} cannot be read: ${(cause as Error).message}`;
    throw new OptmlError('CHANNEL_INVALID', message, { where: dir, fix: 'Put its files into that folder.', cause });
  }
}

function errorsOf(name: string, file: string): FifoErrors {
  const invalid = (message: string, fix: string, cause?: unknown) =>
    new OptmlError('CHANNEL_INVALID', message, { where: file, fix, cause });
  return {
    missing: (waitedMs) =>
      invalid(
        `channel ${name} has no FIFO for this epoch after ${waitedMs / 1000} s`,
        'Read the epochs in their order, each to its end.',
      ),
    unreadable: (cause) =>
      invalid(`channel ${name} cannot be read: ${(cause as Error).message}`, 'Make the FIFO readable.', cause),
    notFifo: () => invalid(`channel ${name} is no FIFO in Pipe mode`, 'Use the input mode File for files.'),
  };
}
