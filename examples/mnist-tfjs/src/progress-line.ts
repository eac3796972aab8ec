const WIDTH = 30;
const TERMINAL_PAUSE_MS = 100;
const LOG_PAUSE_MS = 10_000;

/** How far the work is: a line that is written over on a terminal, a new line now and then in a log. */
export class ProgressLine {
  readonly #startedAtMs = performance.now();
  #firstPart: number | undefined;
  #shownAtMs = performance.now();

  /** Shows `part` (0 to 1) of the whole work, if it is time to. */
  show(part: number, text: string): void {
    this.#firstPart ??= part;
    const now = performance.now();
    const { isTTY } = process.stdout;
    if (now - this.#shownAtMs < (isTTY ? TERMINAL_PAUSE_MS : LOG_PAUSE_MS)) return;
    this.#shownAtMs = now;
    const doneHere = part - this.#firstPart;
    const left = doneHere > 0 ? Math.ceil((((now - this.#startedAtMs) / doneHere) * (1 - part)) / 1000) : undefined;
    const bar = '#'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH, '.');
    const words = `${bar} ${Math.floor(part * 100)} %, ${text}${left === undefined ? '' : `, about ${left} s left`}`;
    process.stdout.write(isTTY ? `\r\u001b[K${words}` : `${words}\n`);
  }

  /** Makes room for another line. */
  clear(): void {
    if (process.stdout.isTTY) process.stdout.write('\r\u001b[K');
  }
}
