import { visibleText } from '../../text/visible.ts';

// Colours and carriage returns (progress bars) change nothing but the job's own lines.
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
const KEPT = /(\u001b\[[\d;]{0,40}m|\r+)/;
const RESET = '\u001b[0m';

/**
 * Lines of a job's output as a terminal may get them: colours and progress bars stay. What else a terminal would obey is shown
 * as escapes: moves of the cursor, titles, the clipboard. No line colours the next.
 */
export function terminalLines(lines: Buffer): Buffer {
  const shown = lines.toString('utf8').split('\n').map(terminalLine);
  return Buffer.from(shown.join('\n'));
}

function terminalLine(line: string): string {
  const parts = line.split(KEPT);
  const text = parts.map((part, index) => (index % 2 === 0 ? visibleText(part) : part)).join('');
  const isColoured = parts.some((part, index) => index % 2 === 1 && part[0] !== '\r');
  return isColoured ? text + RESET : text;
}
