import { monotonicMs, sleep } from '../../concurrency/clock.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { killFamily } from '../../process/end-family.ts';
import { type Family, sendSignal, signalGroup } from '../../process/family.ts';
import { firstChild } from '../../process/list-processes.ts';
import type { HostShell } from './shells/host-shell.ts';

// A program that handles SIGTERM does so from its start on; Node on a busy machine takes a second or two for that.
const HANDLER_WAIT_MS = 3000;
const POLL_MS = 10;
const SIGHUP_BIT = 0x1;
const SIGTERM_BIT = 0x4000;

/** The process that a host's program runs as, which gets the platform's stop (contract C57). */
export class FirstProcess {
  readonly #family: Family;
  readonly #shellPid: HostShell['pid'];
  readonly #isPid1: boolean;
  readonly #handled: number;
  #isOver = false;

  /**
   * `family` is that of the process which we started. The process of `shell` is the first process itself, or with `isPid1`
   * its parent. `isTrain`: the program is `train`.
   */
  constructor(
    family: Family,
    shell: Pick<HostShell, 'pid'>,
    { isPid1, isTrain }: { readonly isPid1: boolean; readonly isTrain: boolean },
  ) {
    this.#family = family;
    this.#shellPid = shell.pid;
    this.#isPid1 = isPid1;
    // While it starts, Node handles SIGTERM for a moment in a way that does nothing in PID 1. `train` handles SIGHUP too.
    this.#handled = isTrain ? SIGTERM_BIT | SIGHUP_BIT : SIGTERM_BIT;
  }

  /** The process has ended: its id may be another one's by now. */
  forget(): void {
    this.#isOver = true;
  }

  /** Its id, while it runs. */
  pid(): number | undefined {
    return this.#isOver ? undefined : this.#pid();
  }

  /** Sends SIGTERM. One that comes right after the start is held back until the program is ready for it. */
  stop(): void {
    if (!this.#isPid1) this.#send('SIGTERM');
    else void this.#stopPid1();
  }

  /** Ends the process and all that it started. */
  kill(): void {
    if (this.#isOver || this.#family.leader === 0) return;
    const pid = this.#pid();
    if (!this.#isPid1) {
      signalGroup(this.#family.leader, 'SIGKILL');
      void killFamily(this.#family);
    } else if (pid !== undefined) {
      // The kernel ends the others, and PID 1 is reaped after them.
      sendSignal(pid, 'SIGKILL');
    } else {
      signalGroup(this.#family.leader, 'SIGKILL');
    }
  }

  // The kernel keeps signals from PID 1 that it does not handle: one that came too early would be lost.
  async #stopPid1(): Promise<void> {
    const end = this.#family.startedAtMs + HANDLER_WAIT_MS;
    while (!this.#isOver && monotonicMs() < end && !this.#isReady()) await sleep(POLL_MS);
    this.#send('SIGTERM');
  }

  #send(signal: NodeJS.Signals): void {
    const pid = this.#isOver ? undefined : this.#pid();
    if (pid !== undefined && pid > 0) sendSignal(pid, signal);
  }

  #isReady(): boolean {
    const status = readTextIfAny(`/proc/${this.#pid()}/status`) ?? '';
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
    return (Number.parseInt(caught.slice(-4), 16) & this.#handled) === this.#handled;
  }

  #pid(): number | undefined {
    const shell = this.#shellPid();
    return this.#isPid1 && shell !== undefined ? firstChild(shell) : shell;
  }
}
