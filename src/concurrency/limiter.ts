interface Waiter {
  readonly start: () => void;
  /** Its signal was aborted: it is passed over. */
  isGone: boolean;
}

/** Lets at most `limit` tasks run at the same time. The others wait and start in the order in which they came. */
export class Limiter {
  #free: number;
  #waiting: Waiter[] = [];
  // Taking the first off a long list would cost the whole list each time.
  #next = 0;

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Runs `task` in its turn. A signal that is aborted by then keeps it from starting; it does not end a task that runs. */
  async run<Result>(signal: AbortSignal | undefined, task: () => Result | Promise<Result>): Promise<Result> {
    const release = await this.acquire(signal);
    try {
      return await task();
    } finally {
      release();
    }
  }

  /**
   * Resolves when a task may run, with the function to be called once when it has ended.
   *
   * @throws the signal's reason when it is aborted by then.
   */
  async acquire(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    return () => this.#release();
  }

  #wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        waiter.isGone = true;
        reject(signal?.reason);
      };
      const start = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const waiter: Waiter = { start, isGone: false };
      this.#waiting.push(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  #release(): void {
    const waiter = this.#takeWaiter();
    if (waiter === undefined) this.#free++;
    else waiter.start();
  }

  #takeWaiter(): Waiter | undefined {
    let waiter = this.#waiting[this.#next++];
    while (waiter?.isGone) waiter = this.#waiting[this.#next++];
    const isHalfTaken = this.#next > this.#waiting.length / 2;
    if (isHalfTaken) this.#waiting.splice(0, this.#next);
    if (isHalfTaken) this.#next = 0;
    return waiter;
  }
}
