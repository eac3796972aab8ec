import { existsSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { OptmlError } from '../errors/error.ts';
import { quoteWord } from '../process/quote-command.ts';

/**
 * The words of a command line as a shell would split them: quotes and backslashes count, nothing is expanded.
 *
 * @throws OptmlError USAGE for words that only a shell understands.
 */
export function splitCommand(text: string): readonly string[] {
  const command: string[] = [];
  const pattern = /\s*((?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)/gsy;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const word = match[1] ?? '';
    if (isShellSyntax(word, command.length)) throw needsShell(word, text);
    command.push(unquote(word));
  }
  return command;
}

function unquote(word: string): string {
  return word.replace(/\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs, (_, escaped, double, single) => {
    if (escaped !== undefined) return escaped as string;
    return double === undefined ? (single as string) : (double as string).replace(/\\(["\\$`])/g, '$1');
  });
}

/** Whether an unquoted word is an operator, a redirection, or a variable before the program. */
function isShellSyntax(word: string, index: number): boolean {
  return /^(?:&&?|\|\|?|;|\d?[<>].*)$|;$/s.test(word) || (index === 0 && /^[A-Za-z_]\w*=/.test(word));
}

function needsShell(word: string, text: string): OptmlError {
  return usage(
    `--command runs without a shell, and ${word} is shell syntax`,
    `Pass --command ${quoteWord(`sh -c ${quoteWord(text)}`)}`,
  );
}

const INTERPRETER = /^(?:python[\d.]*|node|tsx|Rscript|julia|perl|ruby|bash|sh|dash)$/;
const SCRIPT = /\.(?:py|[cm]?[jt]sx?|sh|r|jl|pl|rb)$/i;

/**
 * Checks that the script of an interpreter exists. The program runs in another folder, so a relative path that is missing
 * here would only lead to an error with a path that the user never wrote.
 *
 * @throws OptmlError USAGE
 */
export function checkScript([program = '', ...words]: readonly string[], baseDir: string): void {
  const script = words.find((word) => !word.startsWith('-')) ?? '';
  if (!INTERPRETER.test(basename(program)) || !SCRIPT.test(script)) return;
  if (isAbsolute(script) || existsSync(resolve(baseDir, script))) return;
  throw usage(`there is no file ${script} in ${baseDir}`, 'Give the path of the script from the current folder.');
}

/** The error for a wrong target of `optml validate`: code USAGE, exit code 2. */
export function usage(message: string, fix: string): OptmlError {
  return new OptmlError('USAGE', `optml validate: ${message}`, { fix, exitCode: EXIT_CODES.usage });
}
