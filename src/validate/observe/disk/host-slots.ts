/** Lets hosts run at the same time, up to a limit that may change meanwhile. A scenario with more hosts than that runs alone. */
export class HostSlots {
  #limit: number;
  #used = 0;
  readonly #waiting: { readonly hosts: number; readonly start: () => void }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  setLimit(limit: number): void {
    this.#limit = limit;
  }

  /**
   * Runs a task with so many hosts in its turn. A task whose turn comes after the abort does not start.
   *
   * @throws the signal's reason, and what the task throws.
   */
  async run<Result>(hosts: number, signal: AbortSignal, task: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((start) => {
      this.#waiting.push({ hosts, start });
      this.#startNext();
    });
    try {
      signal.throwIfAborted();
      return await task();
    } finally {
      this.#used -= hosts;
      this.#startNext();
    }
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#used > 0 && this.#used + next.hosts > this.#limit) return;
      this.#waiting.shift();
      this.#used += next.hosts;
      next.start();
    }
  }
}
