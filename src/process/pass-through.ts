/** A stream on its way from a program to a reader. */
export interface PassThrough {
  /** Resolves at the end of the stream. */
  readonly ended: Promise<void>;
  /** Gives the reader up: what is still to come is looked at and no longer written. */
  readonly giveUp: () => void;
}

/**
 * Copies a stream byte by byte as it comes, one chunk after the other, showing each to `look` first. A slow reader slows
 * the writer down and nothing else: the event loop stays free to pass signals on. `write` resolves when its chunk is out
 * or the reader is gone; the stream is read to its end either way.
 */
export function passThrough(
  source: AsyncIterable<Buffer>,
  write: (chunk: Buffer) => Promise<void>,
  look: (chunk: Buffer) => void,
): PassThrough {
  let isGivenUp = false;
  let goOn: () => void = () => undefined;
  const copy = async () => {
    // Not by 'data' events: whatever calls `resume()` (Node does, when a child ends) would have two writes race.
    for await (const chunk of source) {
      look(chunk);
      if (isGivenUp) continue;
      await new Promise<void>((resolve) => {
        goOn = resolve;
        write(chunk).then(resolve, resolve);
      });
    }
  };
  const giveUp = () => {
    isGivenUp = true;
    goOn();
  };
  // A stream that breaks off, or is destroyed, has ended too.
  return { ended: copy().catch(() => undefined), giveUp };
}
