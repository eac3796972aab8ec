import type { WriteStream } from 'node:fs';

/** Resolves when the stream takes more bytes, or when it is closed. Leaves no listener on the stream. */
export function nextDrain(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      stream.off('drain', end).off('close', end);
      resolve();
    };
    stream.on('drain', end).on('close', end);
  });
}

/** Ends the stream. Resolves when all is written, or cannot be. */
export function closed(stream: WriteStream): Promise<void> {
  if (stream.closed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('close', resolve);
    stream.end();
  });
}
