import type { Readable } from 'node:stream';

/**
 * Gives each chunk of a stream to `take` as it came, one after the other; a promise holds the stream back. Not by the
 * stream's iterator, which copies what has come meanwhile into one piece. Resolves at the end of the stream, when all is
 * taken; a stream that breaks off, or is destroyed, has ended too. What `take` throws is its own affair.
 */
export function readChunks(source: Readable, take: (chunk: Buffer) => void | Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    // What comes all the same while one is being taken: Node resumes streams of a child that has ended.
    const waiting: Buffer[] = [];
    let isHeld = false;
    let isOver = false;
    const goOn = () => {
      isHeld = false;
      for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
        give(chunk);
        if (isHeld) return;
      }
      if (isOver) resolve();
      else source.resume();
    };
    const give = (chunk: Buffer) => {
      const taken = take(chunk);
      if (taken === undefined) return;
      isHeld = true;
      source.pause();
      taken.then(goOn, goOn);
    };
    source.on('data', (chunk: Buffer) => {
      if (isHeld) waiting.push(chunk);
      else give(chunk);
    });
    source.on('error', () => undefined);
    source.once('close', () => {
      isOver = true;
      if (!isHeld) resolve();
    });
  });
}
