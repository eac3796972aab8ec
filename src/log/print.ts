import { visibleText } from '../text/visible.ts';

// Colours of our own, where a caller uses them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: it begins with one.
const COLOUR = /(\u001b\[[\d;]*m)/;

/** Prints a result of a command: optml's own text, so what a terminal would obey in it is shown as escapes. */
export function printResult(text: string): void {
  process.stdout.write(visibleText(text));
}

/** Prints a result whose colours are ours. */
export function printColoured(text: string): void {
  process.stdout.write(
    text
      .split(COLOUR)
      .map((part, index) => (index % 2 === 0 ? visibleText(part) : part))
      .join(''),
  );
}

/**
 * Prints text for a program, such as a shell: as it is into a pipe or file. A terminal gets it as {@link printResult} does.
 */
export function printForPrograms(text: string): void {
  process.stdout.write(process.stdout.isTTY === true ? visibleText(text) : text);
}

/** Prints a message on standard error. */
export function printMessage(text: string): void {
  process.stderr.write(`${visibleText(text)}\n`);
}

/** Passes a job's own output on, as bytes. A promise: wait before you bring more. */
export function passOutput(bytes: Buffer): Promise<void> | undefined {
  if (process.stdout.write(bytes)) return undefined;
  return new Promise((resolve) => process.stdout.once('drain', resolve));
}
