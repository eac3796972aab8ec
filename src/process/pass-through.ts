import { write } from 'node:fs';
import type { Readable } from 'node:stream';
import { systemErrorCode } from '../errors/error.ts';

const EAGAIN_PAUSE_MS = 2;

/**
 * Copies a stream to a file descriptor byte by byte as it comes, showing each chunk to `look` first. A slow reader slows
 * the writer down and nothing else (the event loop stays free to pass signals on); a reader that is gone loses the rest,
 * and the stream is still read to its end. Resolves at the end of the stream.
 */
export function passThrough(source: Readable, fd: number, look: (chunk: Buffer) => void): Promise<void> {
  let isReaderGone = false;
  return new Promise((resolve) => {
    source.on('data', (chunk: Buffer) => {
      look(chunk);
      if (isReaderGone) return;
      source.pause();
      writeAll(fd, chunk, 0, (isGone) => {
        isReaderGone ||= isGone;
        source.resume();
      });
    });
    source.once('close', resolve);
    // A read error ends the stream: 'close' follows.
    source.on('error', () => undefined);
  });
}

function writeAll(fd: number, chunk: Buffer, from: number, done: (isReaderGone: boolean) => void): void {
  write(fd, chunk, from, (error, written) => {
    if (error === null) {
      if (from + written >= chunk.length) done(false);
      else writeAll(fd, chunk, from + written, done);
    } else if (systemErrorCode(error) === 'EAGAIN') {
      // The script may have put a shared pipe into non-blocking mode.
      setTimeout(() => writeAll(fd, chunk, from, done), EAGAIN_PAUSE_MS);
    } else {
      done(true);
    }
  });
}
