import type { JobFolder } from '../../../job-tree/job-folder.ts';
import { rawName } from '../../../job-tree/raw-name.ts';
import { removeEntry } from '../../../job-tree/remove-tree.ts';
import { makeFifos, openFifo } from './fifo.ts';
import { FifoWriter } from './fifo-writer.ts';

/** What a Pipe channel writes, and where. */
export interface PipeFeed {
  /** The FIFOs' name up to the epoch's number: `CHANNEL_`. */
  readonly name: string;
  /** Opens the host's `input/data` before the host runs: FIFOs are made and found there, whatever the job puts in its place. */
  readonly openFolder: () => JobFolder;
  /** The bytes of an epoch (from 0). Aborting the signal ends what it waits for. */
  readonly content: (epoch: number, signal: AbortSignal) => AsyncIterable<Buffer>;
  /** Called once with the reason why the channel's data cannot be delivered. The reader then waits endlessly: end the job. */
  readonly onFailed: (error: unknown) => void;
}

/** FIFOs beyond the one that is read: the next is there before the end of this one can be seen (contract C40). */
const AHEAD = 1;

/** One channel in Pipe mode on one host: a FIFO for each epoch, written as it is read (contract C40), until it is closed. */
export class PipeChannel {
  readonly #feed: PipeFeed;
  #folder: JobFolder | undefined;
  #end: AbortController | undefined;
  #made = 0;
  #writer: FifoWriter | undefined;
  #running: Promise<void> | undefined;

  constructor(feed: PipeFeed) {
    this.#feed = feed;
  }

  /** Opens the folder. Returns the FIFOs that have to be made before the start: one call of `mkfifo` makes those of all channels. */
  open(): readonly string[] {
    this.#folder = this.#feed.openFolder();
    return Array.from({ length: AHEAD + 1 }, (_, epoch) => this.#fifo(epoch));
  }

  /** Waits for readers from now on. */
  start(): void {
    const end = new AbortController();
    this.#end = end;
    this.#made = AHEAD + 1;
    this.#running = this.#run(end.signal).catch((error: unknown) => {
      if (!end.signal.aborted) this.#feed.onFailed(error);
    });
  }

  /** Ends it, in the middle of an epoch too, and removes the FIFOs. It can be started again. Never throws. */
  async close(): Promise<void> {
    this.#end?.abort();
    this.#writer?.destroy();
    await this.#running;
    const folder = this.#folder;
    this.#folder = undefined;
    if (folder === undefined) return;
    for (let epoch = 0; epoch < this.#made; epoch++) {
      // Left for the removal of the host's folder.
      await removeEntry(folder, rawName(this.#nameOf(epoch))).catch(() => {});
    }
    folder.close();
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let epoch = 0; !signal.aborted; epoch++) {
      const fd = await openFifo(this.#fifo(epoch), signal);
      if (fd === undefined) return;
      this.#writer = new FifoWriter(fd);
      const made = makeFifos([this.#fifo(epoch + AHEAD + 1)]);
      this.#made++;
      const [written, next] = await Promise.allSettled([this.#writer.write(this.#feed.content(epoch, signal)), made]);
      if (written.status === 'rejected') throw written.reason;
      if (next.status === 'rejected') throw next.reason;
      this.#writer.destroy();
    }
  }

  #fifo(epoch: number): string {
    return this.#folder?.pathFor(rawName(this.#nameOf(epoch))) ?? '';
  }

  #nameOf(epoch: number): string {
    return `${this.#feed.name}${epoch}`;
  }
}
