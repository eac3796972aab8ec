import { quoteCommand } from '../../process/quote-command.ts';
import type { Evidence } from '../check.ts';

/** What a verdict rests on, as lines of text; of each part at most `most` lines, of a log the last ones. */
export function evidenceLines(evidence: Evidence, most = Number.POSITIVE_INFINITY): readonly string[] {
  const { command, exitCode, log, files = [], notes = [] } = evidence;
  return [
    ...(command === undefined ? [] : [`$ ${quoteCommand(command)}`]),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...logLines(log).slice(-most),
    ...files.slice(0, most),
    ...notes.flatMap(indented).slice(0, most),
  ];
}

// A note of several lines, such as a failure file, keeps together.
function indented(note: string): readonly string[] {
  const [first = '', ...rest] = note.trimEnd().split('\n');
  return [first, ...rest.map((line) => `  ${line}`)];
}

function logLines(log: string | undefined): readonly string[] {
  if (log === undefined || log === '') return [];
  return log
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `| ${line}`);
}
