import { stripVTControlCharacters } from 'node:util';
import { cutText } from '../errors/quote-value.ts';
import { maskSecrets } from '../log/secrets.ts';

const LONGEST_LINE = 2000;

/** Lines of a log as they look on a terminal, without colours: of what was overwritten only the last, secrets masked. */
export function logText(lines: readonly string[], secrets: readonly string[]): string {
  return lines
    .map((line) => {
      const shown = stripVTControlCharacters(line.replace(/\r+$/, ''));
      return cutText(maskSecrets(shown.slice(shown.lastIndexOf('\r') + 1), secrets), LONGEST_LINE);
    })
    .join('\n');
}
