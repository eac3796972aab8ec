import { isOptmlError, systemErrorCode } from '../../../errors/error.ts';
import { UnusableInput } from '../../../job-tree/input/input-file.ts';
import { type Location, locationText } from '../channel-location.ts';
import { gunzip, isGzipError } from '../objects/gunzip.ts';
import { measure } from '../objects/known-length.ts';
import { bytesOf } from '../objects/manifest.ts';
import { readBytes } from '../objects/read-bytes.ts';
import type { Sources } from '../objects/sources.ts';
import { channelError, type PlannedChannel } from '../planned-channel.ts';
import { wrapRecord } from './record-io.ts';

/** How an object is delivered. */
export interface Delivery {
  readonly channel: PlannedChannel;
  readonly sources: Sources;
  /** A file for what has to be written down first; nothing is left there. */
  readonly spool: string;
}

/**
 * An object's bytes as Pipe mode gives them: gzip undone (contract C43), wrapped as a record (C41). `bytes` is its size where
 * that is known.
 *
 * @throws OptmlError CHANNEL_INVALID naming the object when it cannot be read; those of the storage.
 */
export async function* deliverObject(
  location: Location,
  bytes: number | undefined,
  delivery: Delivery,
): AsyncGenerator<Buffer> {
  const { channel, sources } = delivery;
  try {
    const content = readBytes(location, sources);
    if (!channel.isRecordIo) yield* channel.isGzip ? gunzip(content) : content;
    else if (channel.isGzip) yield* wrapUnmeasured(gunzip(content), delivery.spool);
    else {
      const length = bytes ?? (await bytesOf(location, sources));
      if (length === undefined) throw channelError(channel, `${locationText(location)} does not exist`, GONE_FIX);
      yield* wrapRecord(content, length);
    }
  } catch (error) {
    throw explain(error, locationText(location), channel);
  }
}

const GONE_FIX = 'Leave the data of a channel alone while a job runs.';

async function* wrapUnmeasured(content: AsyncIterable<Buffer>, spool: string): AsyncGenerator<Buffer> {
  const measured = await measure(content, spool);
  try {
    yield* wrapRecord(measured.content, measured.bytes);
  } finally {
    await measured.close();
  }
}

function explain(error: unknown, location: string, channel: PlannedChannel): unknown {
  if (isOptmlError(error)) return error;
  const { message } = error as Error;
  if (isGzipError(error)) {
    return channelError(
      channel,
      `${location} is not gzip: ${message}`,
      'Leave CompressionType out, or compress it.',
      error,
    );
  }
  if (error instanceof RangeError) {
    return channelError(channel, `${location} changed while it was read: ${message}`, GONE_FIX, error);
  }
  if (error instanceof UnusableInput) {
    return channelError(channel, `cannot read ${location}: ${message}`, error.fix, error);
  }
  if (systemErrorCode(error) === undefined) return error;
  return channelError(channel, `cannot read ${location}: ${message}`, 'Make it readable, or leave it out.', error);
}
