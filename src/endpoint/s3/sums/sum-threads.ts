import { Worker } from 'node:worker_threads';
import type { Algorithm } from '../../../checksum/digest.ts';
import { type Resolvers, withResolvers } from '../../../concurrency/with-resolvers.ts';
import { threadFile } from '../../../process/thread-file.ts';
import { type ContentSums, contentSums } from './content-sums.ts';
import type { FromSumThread, ToSumThread } from './sum-messages.ts';

/** Smaller contents are summed sooner than a thread could be asked. */
const LEAST_BYTES = 1 << 20;
const BLOCK_BYTES = 256 << 10;
/** Blocks of one content: one is filled while the others are summed. With three, the thread waited for the server now and then. */
const MOST_BLOCKS = 8;
/** Contents that threads sum at the same time: each holds {@link MOST_BLOCKS} blocks. */
const MOST_CONTENTS = 16;
const THREADS = 2;

/** What a thread sends about one content. */
type Receive = (message: FromSumThread) => void;

/** A thread, and who waits for what it sends. */
interface SumThread {
  readonly worker: Worker;
  readonly receivers: Map<number, { readonly receive: Receive; readonly fail: (error: Error) => void }>;
}

/** Sums large contents on threads of their own, which keep a server's thread free. They start when one is needed. */
export class SumThreads {
  readonly #threads: SumThread[] = [];
  #next = 0;
  #contents = 0;

  /** Begins a content of `bytes` bytes; 0 if that is unknown. */
  begin(algorithms: readonly Algorithm[], bytes: number): ContentSums {
    if (bytes < LEAST_BYTES || this.#contents >= MOST_CONTENTS) return contentSums(algorithms);
    this.#contents++;
    const id = this.#next++;
    const index = id % THREADS;
    this.#threads[index] ??= this.#start(index);
    return new ThreadedSums(this.#threads[index], { id, algorithms, onEnd: () => this.#contents-- });
  }

  #start(index: number): SumThread {
    const worker = new Worker(threadFile('#endpoint/s3/sums/sum-pieces-worker'));
    const receivers: SumThread['receivers'] = new Map();
    worker.on('message', (message: FromSumThread) => receivers.get(message.id)?.receive(message));
    const fail = (error: Error) => {
      delete this.#threads[index];
      for (const { fail: failOne } of receivers.values()) failOne(error);
    };
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('the thread that sums ended early')));
    return { worker, receivers };
  }
}

interface ContentOfThread {
  readonly id: number;
  readonly algorithms: readonly Algorithm[];
  readonly onEnd: () => void;
}

class ThreadedSums implements ContentSums {
  readonly #thread: SumThread;
  readonly #content: ContentOfThread;
  readonly #sums: Resolvers<ReadonlyMap<Algorithm, Uint8Array>> = withResolvers();
  readonly #free: ArrayBuffer[] = [];
  #blocks = 0;
  #block: Uint8Array | undefined;
  #filled = 0;
  #waiting: Resolvers<void> | undefined;
  #failure: Error | undefined;
  #isOpen = true;

  constructor(thread: SumThread, content: ContentOfThread) {
    this.#thread = thread;
    this.#content = content;
    // It is looked at when all pieces are there.
    this.#sums.promise.catch(() => undefined);
    thread.worker.ref();
    thread.receivers.set(content.id, {
      receive: (message) => this.#receive(message),
      fail: (error) => this.#fail(error),
    });
    this.#send({ id: content.id, begin: content.algorithms });
  }

  update(piece: Uint8Array): Promise<void> | undefined {
    for (let at = 0; at < piece.length; ) {
      if (this.#failure !== undefined) throw this.#failure;
      const block = this.#take();
      // The rest comes when a block is free again.
      if (block === undefined) return this.#later(piece.subarray(at));
      const part = piece.subarray(at, at + block.length - this.#filled);
      block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === block.length) this.#pass();
    }
    return undefined;
  }

  async result(): Promise<ReadonlyMap<Algorithm, Uint8Array>> {
    if (this.#filled > 0) this.#pass();
    this.#send({ id: this.#content.id, end: true });
    const sums = await this.#sums.promise;
    this.#end();
    return sums;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#send({ id: this.#content.id, drop: true });
    this.#end();
  }

  async #later(rest: Uint8Array): Promise<void> {
    this.#waiting = withResolvers();
    await this.#waiting.promise;
    await this.update(rest);
  }

  #take(): Uint8Array | undefined {
    if (this.#block !== undefined) return this.#block;
    const free = this.#free.pop();
    if (free === undefined && this.#blocks === MOST_BLOCKS) return undefined;
    if (free === undefined) this.#blocks++;
    this.#block = new Uint8Array(free ?? new ArrayBuffer(BLOCK_BYTES));
    return this.#block;
  }

  #pass(): void {
    const block = this.#block?.buffer as ArrayBuffer;
    this.#send({ id: this.#content.id, block, length: this.#filled }, [block]);
    this.#block = undefined;
    this.#filled = 0;
  }

  #receive(message: FromSumThread): void {
    if ('sums' in message) this.#sums.resolve(message.sums);
    else {
      this.#free.push(message.block);
      this.#waiting?.resolve();
      this.#waiting = undefined;
    }
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#sums.reject(error);
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  #send(message: ToSumThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#thread.worker.postMessage(message, [...transfer]);
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { receivers, worker } = this.#thread;
    receivers.delete(this.#content.id);
    // A process that has nothing else to do ends.
    if (receivers.size === 0) worker.unref();
    this.#content.onEnd();
  }
}
