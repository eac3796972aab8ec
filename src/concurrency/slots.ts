import { Limiter } from './limiter.ts';

/** A limiter whose tasks get a thing each, such as a buffer, that no other task uses at the same time. */
export class Slots<Thing> {
  readonly #limiter: Limiter;
  readonly #make: () => Thing;
  readonly #free: Thing[] = [];

  /** `make` is called when a task finds no free thing: at most `count` times, unless it throws. */
  constructor(count: number, make: () => Thing) {
    this.#limiter = new Limiter(count);
    this.#make = make;
  }

  /** Runs `action` in its turn. Its thing is free again afterwards. An aborted signal ends the wait. */
  use<Result>(signal: AbortSignal, action: (thing: Thing) => Promise<Result>): Promise<Result> {
    return this.#limiter.run(signal, async () => {
      const thing = this.#free.pop() ?? this.#make();
      try {
        return await action(thing);
      } finally {
        this.#free.push(thing);
      }
    });
  }
}
