import { ownText } from './own-stream.ts';

/**
 * Writes to a standard stream as long as somebody reads it. A reader that wants no more (`optml run job.json | head`) ends
 * nothing: what comes afterwards is dropped.
 */
export class ShownStream {
  readonly #stream: NodeJS.WriteStream;
  #isGone = false;
  #drained: Promise<void> | undefined;
  #onDrained: () => void = () => undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.removeAllListeners('error');
    stream.on('error', () => {
      this.#isGone = true;
      this.#onDrained();
    });
    stream.on('drain', () => this.#onDrained());
  }

  /** Own text, or a job's output as bytes, which stay as they are. A promise: the reader is slower, wait before you bring more. */
  write(content: string | Buffer): void | Promise<void> {
    if (this.#isGone || this.#stream.write(typeof content === 'string' ? ownText(content) : content)) return;
    this.#drained ??= new Promise<void>((resolve) => {
      this.#onDrained = resolve;
    }).then(() => {
      this.#drained = undefined;
    });
    return this.#drained;
  }
}
