import type { StopControl } from '../../process/stop-control.ts';

/**
 * A stop that all hosts of a job share. One that another host has passed on is treated as the platform's own; when that comes
 * too, it is an echo: a program that is saving must not be told to stop once more.
 */
export class SharedStop {
  readonly #stop: StopControl;
  #awaited: NodeJS.Signals | undefined;
  #isPassingOn = false;

  constructor(stop: StopControl) {
    this.#stop = stop;
  }

  /** Takes a stop that another host was told. */
  receive(signal: NodeJS.Signals): void {
    if (this.#stop.signal !== undefined) return;
    this.#awaited = signal;
    this.#isPassingOn = true;
    this.#stop.receive(signal);
    this.#isPassingOn = false;
  }

  /** Whether `signal`, which has just come, was known already. */
  isEcho(signal: NodeJS.Signals): boolean {
    if (this.#isPassingOn || this.#awaited !== signal) return false;
    this.#awaited = undefined;
    return true;
  }
}
