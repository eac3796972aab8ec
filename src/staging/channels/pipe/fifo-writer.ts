import { Socket } from 'node:net';

/**
 * Writes to an open FIFO without ever holding a thread: a socket waits for room by epoll, whereas a file's writes would wait
 * in Node's pool for a reader that has stalled.
 */
export class FifoWriter {
  readonly #socket: Socket;
  #error: NodeJS.ErrnoException | undefined;
  #wake: () => void = () => {};

  constructor(fd: number) {
    this.#socket = new Socket({ fd, readable: false, writable: true });
    this.#socket.on('error', (error) => {
      this.#error = error;
    });
    this.#socket.on('drain', () => this.#wake());
    this.#socket.on('close', () => this.#wake());
  }

  /**
   * Writes everything, as fast as it is read. Ends early when the reader has closed its end, or after {@link destroy}. An
   * error of `content` is thrown on, and the FIFO stays open: its end would look to the reader like that of the data.
   */
  async write(content: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of content) {
      if (this.#socket.destroyed) break;
      if (!this.#socket.write(chunk)) await this.#drained();
    }
    await this.#flushed();
    if (this.#error !== undefined && this.#error.code !== 'EPIPE') throw this.#error;
  }

  /** Closes it immediately. */
  destroy(): void {
    this.#socket.destroy();
  }

  async #drained(): Promise<void> {
    // One promise at a time: a race with a lasting one would keep all that ever waited.
    while (this.#socket.writableNeedDrain && !this.#socket.destroyed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #flushed(): Promise<void> {
    if (this.#socket.destroyed || this.#socket.writableLength === 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#socket.write('', () => resolve());
    });
  }
}
