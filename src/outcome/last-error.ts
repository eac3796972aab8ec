import { outputLines } from './output-lines.ts';
import { rankError } from './rank-error.ts';
import { describeCause, type FindError, type FoundError, type ScriptError, type Weight } from './script-error.ts';
import { condaError } from './tools/conda-error.ts';
import { goError } from './tools/go-error.ts';
import { javaError } from './tools/java-error.ts';
import { lastWords } from './tools/last-words.ts';
import { levelOf } from './tools/log-line.ts';
import { nativeCrash } from './tools/native-crash.ts';
import { nodeCrash } from './tools/node-crash.ts';
import { loggedError, uncaughtError } from './tools/node-error.ts';
import { npmError } from './tools/npm-error.ts';
import { pipError } from './tools/pip-error.ts';
import { pnpmError } from './tools/pnpm-error.ts';
import { pythonCrash } from './tools/python-crash.ts';
import { pythonError } from './tools/python-error.ts';
import { rError } from './tools/r-error.ts';
import { rustError } from './tools/rust-error.ts';
import { shellError } from './tools/shell-error.ts';
import { yarnError } from './tools/yarn-error.ts';

export type { ScriptError } from './script-error.ts';

// One for each language and tool.
const FINDERS: readonly FindError[] = [
  pythonError,
  pythonCrash,
  uncaughtError,
  loggedError,
  nodeCrash,
  rError,
  javaError,
  goError,
  rustError,
  nativeCrash,
  npmError,
  pnpmError,
  yarnError,
  pipError,
  condaError,
  shellError,
];

/**
 * Finds the error's own message and its place in the user's code in the last output of a script: the error of the process
 * that failed first, if a launcher started several; else the last error that ends a process, of whatever language; else the
 * last one that was reported; else the last line that is not a tool's farewell. Undefined for silence.
 *
 * `codeDir` distinguishes the user's own frames from those of libraries.
 */
export function findScriptError(output: string, codeDir: string): ScriptError | undefined {
  const lines = outputLines(output);
  return rankError(lines, codeDir) ?? lastError(lines, codeDir) ?? lastWords(lines);
}

const WEIGHTS: readonly Weight[] = ['fatal', 'signal', 'logged', 'wrapper'];

function lastError(lines: readonly string[], codeDir: string): ScriptError | undefined {
  const found = FINDERS.flatMap((find) => find(lines, codeDir) ?? []);
  const byOrder = found.toSorted((a, b) => a.end - b.end);
  for (const weight of WEIGHTS) {
    const last = byOrder.findLast((error) => error.weight === weight);
    if (last === undefined) continue;
    const { weight: _, at, end, ...error } = last;
    const words = weight === 'logged' ? wordsAfter(lines, end) : undefined;
    if (words !== undefined) return words;
    const traceback = error.traceback ?? lines.slice(0, end).join('\n');
    const isLast = lines.slice(end).every((line) => line.trim() === '');
    return { ...error, ...causeOf(last, byOrder), ...(!isLast && { traceback }) };
  }
  return undefined;
}

/** What a program said at its end, if it had gone on after an error that it only logged. */
function wordsAfter(lines: readonly string[], end: number): ScriptError | undefined {
  const rest = lines.slice(end);
  if (!rest.some((line) => levelOf(line) === 'info')) return undefined;
  const words = lastWords(rest);
  return words === undefined || levelOf(words.message) === 'info' || levelOf(words.message) === 'warning'
    ? undefined
    : words;
}

// Of Python: a command that the script started.
const FAILED_COMMAND = /^(?:subprocess\.)?CalledProcessError: /;

/** The error of the command that failed, if the last error only says that one did. */
function causeOf(last: FoundError, byOrder: readonly FoundError[]): Pick<ScriptError, 'cause'> {
  if (last.cause !== undefined || !FAILED_COMMAND.test(last.message)) return {};
  const inner = byOrder.findLast((error) => error !== last && error.end <= last.at && error.weight !== 'wrapper');
  return inner === undefined ? {} : { cause: describeCause('caused by', inner) };
}
