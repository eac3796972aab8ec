import { shellWords } from '../../process/shell-words.ts';
import type { Evidence } from '../check.ts';

/** What a verdict rests on, as lines of text. */
export function evidenceLines({ command, exitCode, log, files, notes }: Evidence): readonly string[] {
  return [
    ...(command === undefined ? [] : [`$ ${shellWords(command)}`]),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(log === undefined || log === ''
      ? []
      : log
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => `| ${line}`)),
    ...(files ?? []),
    ...(notes ?? []),
  ];
}
