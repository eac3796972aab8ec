/** At most so many at once of what takes memory or connections, whoever asks; those who wait are served in turn. */
export class Slots<Thing> {
  readonly #free: Thing[] = [];
  readonly #waiting = new Set<(thing: Thing) => void>();
  readonly #make: () => Thing;
  #unmade: number;

  /** `make`: what comes with a slot, made when it is first used. */
  constructor(count: number, make: () => Thing) {
    this.#unmade = count;
    this.#make = make;
  }

  /** Runs `action` with a slot of its own. An abort ends the waiting for one. */
  async use<Result>(signal: AbortSignal, action: (thing: Thing) => Promise<Result>): Promise<Result> {
    const thing = await this.#take(signal);
    try {
      return await action(thing);
    } finally {
      const [next] = this.#waiting;
      if (next === undefined) this.#free.push(thing);
      else next(thing);
    }
  }

  #take(signal: AbortSignal): Thing | Promise<Thing> {
    if (this.#free.length > 0) return this.#free.pop() as Thing;
    if (this.#unmade === 0) return this.#wait(signal);
    this.#unmade--;
    return this.#make();
  }

  #wait(signal: AbortSignal): Promise<Thing> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiting.delete(take);
        signal.removeEventListener('abort', onAbort);
      };
      const take = (thing: Thing) => {
        end();
        resolve(thing);
      };
      const onAbort = () => {
        end();
        reject(signal.reason);
      };
      this.#waiting.add(take);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}
