// A job can leave a million of them.
const MOST_NAMED = 100;

/** Warns of entries that no archive can hold: of the first ones by name, of the others by their number. */
export class SkippedEntries {
  readonly #warn: (message: string) => void;
  #count = 0;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  add(shownPath: () => string): void {
    this.#count++;
    if (this.#count <= MOST_NAMED) this.#warn(`${shownPath()} is a socket, FIFO or device: not packed`);
  }

  /** After the last entry. */
  finish(): void {
    const more = this.#count - MOST_NAMED;
    if (more > 0) this.#warn(`${more} more sockets, FIFOs or devices: not packed`);
  }
}
