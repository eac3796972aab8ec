import { shownText } from '../../job-tree/raw-name.ts';

/**
 * The reason why a job failed, for a terminal. A job writes it: lines and tabs stay, all else that a terminal would obey is
 * shown as escapes. Lines after the first are indented by `indent`, so that none looks like a line of optml.
 */
export function shownReason(reason: string, indent: number): string {
  const lines = reason.split(/\r?\n/).map((line) => line.split('\t').map(shownText).join('\t'));
  return lines.map((line, index) => (index === 0 || line === '' ? line : ' '.repeat(indent) + line)).join('\n');
}
