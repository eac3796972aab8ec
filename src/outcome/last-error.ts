import { loggedError, uncaughtError } from './node-error.ts';
import { pythonError } from './python-error.ts';
import { rankError } from './rank-error.ts';
import type { ScriptError } from './script-error.ts';
import { lastWords, rError } from './tool-error.ts';

export type { ScriptError } from './script-error.ts';

/**
 * Finds the error's own message and its place in the user's code in the last output of a script: the error of the process
 * that failed first, if a launcher started several; a Python traceback, an uncaught error of Node, an error of R, a shell's
 * complaint; else the last line that is not a tool's farewell. Undefined for silence.
 *
 * `codeDir` distinguishes the user's own frames from those of libraries.
 */
export function findScriptError(output: string, codeDir: string): ScriptError | undefined {
  const lines = nameModules(stripColours(output)).split(/\r?\n|\r/);
  return (
    rankError(lines, codeDir) ??
    pythonError(lines, codeDir) ??
    uncaughtError(lines, codeDir) ??
    loggedError(lines, codeDir) ??
    rError(lines) ??
    shellError(lines) ??
    lastWords(lines)
  );
}

/** The text without terminal colours and other escape sequences. */
export function stripColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with a control character
  return text.replace(/\u001b(?:\[[0-9;?]*[A-Za-z]|\][^\u0007]*\u0007)/g, '');
}

// On Node 20, tsx runs a file without module type as a data URL; its lines and columns are those of generated code.
function nameModules(text: string): string {
  return text.replace(
    /data:text\/javascript,\S*\?filePath=([^\s:)]+):\d+(:\d+)?/g,
    (whole, path: string, column?: string) => {
      try {
        return `${decodeURIComponent(path)}:0${column === undefined ? '' : ':0'}`;
      } catch {
        // Not an encoded path after all.
        return whole;
      }
    },
  );
}

// "./train.sh: line 3: foo: command not found" (bash), "./train.sh: 3: foo: not found" (dash).
const SHELL_LINE = /^(?:\.\/)?(\S+): (?:line )?(\d+): (.+)$/;

function shellError(lines: readonly string[]): ScriptError | undefined {
  const last = lines.findLast((line) => line.trim() !== '');
  const match = SHELL_LINE.exec(last ?? '');
  return match === null ? undefined : { message: match[3] ?? '', position: `${match[1]}, line ${match[2]}` };
}
