import { OptmlError } from '../errors/error.ts';
import { watchStop } from '../jobs/watch-stop.ts';
import type { RunningHosts, StopCause } from './run-hosts.ts';

/** Before the hosts run there is nothing to wait for; after them the artifacts are collected. */
type Phase = 'before' | 'running' | 'after';

/**
 * What ends a job before its time. The rule (contract C57, C58):
 * - A stop (first Ctrl-C, `optml stop`, StopTrainingJob, a time limit) ends the preparation; hosts that run get SIGTERM and
 *   their grace period, and then the artifacts are delivered. Artifacts that are being packed or uploaded are still delivered
 *   whole; the job is Stopping meanwhile and Stopped then, unless it has failed.
 * - A kill (second Ctrl-C) ends hosts that run immediately, and what they have written is still delivered. Once they have
 *   ended it gives up the last checkpoints, packing and uploading: nothing incomplete gets its final name, the job is
 *   Stopped, and what was not delivered stays in its folder for `optml deliver`.
 */
export class JobStop {
  readonly #onStopping: (isDelivering: boolean) => void;
  readonly #warn: (message: string) => void;
  readonly #preparation = new AbortController();
  readonly #outputs = new AbortController();
  #phase: Phase = 'before';
  #cause: StopCause | undefined;
  #running: RunningHosts | undefined;
  #isKilled = false;

  /** `onStopping` is called when hosts that run are asked to stop for good, and when a stop comes after their end. */
  constructor(onStopping: (isDelivering: boolean) => void, warn: (message: string) => void) {
    this.#onStopping = onStopping;
    this.#warn = warn;
  }

  /** Of several causes the first, but for an interruption, which the end of the job replaces. */
  get cause(): StopCause | undefined {
    return this.#cause;
  }

  /** Whether no host runs yet, or none after an interruption, and nothing has ended the preparation. */
  get isPreparing(): boolean {
    return this.#phase === 'before' && this.#cause === undefined;
  }

  /** Aborted to give the preparation up. */
  get preparation(): AbortSignal {
    return this.#preparation.signal;
  }

  /** Aborted when checkpoints and artifacts are no longer to be delivered. */
  get outputs(): AbortSignal {
    return this.#outputs.signal;
  }

  /** Takes what the user asks for, by these signals or by `optml stop` for the job in `dir`. Returns what ends that. */
  listen(dir: string, { stop, kill }: { readonly stop: AbortSignal; readonly kill: AbortSignal }): () => void {
    const onStop = () => this.ask('stop');
    const onKill = () => this.#kill();
    stop.addEventListener('abort', onStop);
    kill.addEventListener('abort', onKill);
    const endWatch = watchStop(dir, onStop);
    if (stop.aborted) onStop();
    if (kill.aborted) onKill();
    return () => {
      endWatch();
      stop.removeEventListener('abort', onStop);
      kill.removeEventListener('abort', onKill);
    };
  }

  ask(cause: StopCause): void {
    if (this.#cause !== undefined && this.#cause !== 'interrupt') return;
    if (this.#phase === 'after') {
      if (cause !== 'stop') return;
      this.#cause = cause;
      this.#onStopping(true);
      this.#warn('Training has ended, the artifacts are being collected');
      return;
    }
    this.#cause = cause;
    if (this.#phase === 'before') this.#preparation.abort(new OptmlError('STOPPED', 'the job was stopped'));
    else if (cause !== 'interrupt') this.#onStopping(false);
    this.#running?.stop(cause);
  }

  /** The preparation is over. @throws The reason of a stop that came before. */
  begin(): void {
    this.#preparation.signal.throwIfAborted();
    this.#phase = 'running';
  }

  /** These hosts run. What was asked for while they were being started is done now. */
  attach(running: RunningHosts): void {
    this.#running = running;
    if (this.#cause === undefined) return;
    this.#onStopping(false);
    running.stop(this.#cause);
    if (this.#isKilled) running.kill();
  }

  /** They have ended; `isOver`: for good. */
  detach(isOver: boolean): void {
    this.#running = undefined;
    if (isOver) this.#phase = 'after';
  }

  /** The job is brought back after an interruption. */
  bringBack(): void {
    this.#phase = 'before';
    this.#cause = undefined;
  }

  #kill(): void {
    this.#isKilled = true;
    this.ask('stop');
    if (this.#running !== undefined) this.#running.kill();
    else if (this.#phase !== 'before') this.#outputs.abort(new OptmlError('STOPPED', 'the job was ended immediately'));
  }
}
