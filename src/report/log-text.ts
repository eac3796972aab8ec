import { stripVTControlCharacters } from 'node:util';
import { cutText } from '../errors/quote-value.ts';

const LONGEST_LINE = 2000;

/** Lines of a log as they look on a terminal, without colours: of what was overwritten only the last, secrets masked. */
export function logText(lines: readonly string[], mask: (text: string) => string): string {
  return lines
    .map((line) => {
      const shown = stripVTControlCharacters(withoutEndReturns(line));
      return cutText(mask(shown.slice(shown.lastIndexOf('\r') + 1)), LONGEST_LINE);
    })
    .join('\n');
}

// A regular expression would try each of many carriage returns as the first of the last ones: minutes for a megabyte.
function withoutEndReturns(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === '\r') end--;
  return line.slice(0, end);
}
