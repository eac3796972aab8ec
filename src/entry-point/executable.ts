import { chmodSync, closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isExecutableFile } from '../process/find-on-path.ts';

/** The words of a command line, without the user's arguments. */
export type CommandWords = readonly [file: string, ...args: string[]];

/**
 * How to run the command at `path`, relative to the code directory (contract C24): made executable for everyone and
 * started as `./path`; a text without `#!` by `/bin/sh`; one that may not be made executable by its own interpreter.
 */
export function executableWords(path: string, codeDir: string): CommandWords {
  const file = join(codeDir, path);
  const name = `./${path}`;
  const start = readStart(file);
  try {
    chmodSync(file, 0o777);
  } catch {
    // A read-only file system, or somebody else's file: it may be executable all the same.
  }
  const interpreter = interpreterOf(start);
  if (interpreter === undefined && isText(start)) return ['/bin/sh', name];
  if (isExecutableFile(file) || interpreter === undefined) return [name];
  return [...interpreter, name];
}

// What follows `#!`: the interpreter and at most one argument, which may hold spaces, as the kernel reads it.
function interpreterOf(start: Buffer): readonly [string, ...string[]] | undefined {
  if (start.toString('latin1', 0, 2) !== '#!') return undefined;
  const line = start.toString('utf8', 2).split('\n', 1)[0]?.trim() ?? '';
  const [, file = '', argument] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  if (file === '') return undefined;
  return argument ? [file, argument] : [file];
}

function isText(start: Buffer): boolean {
  return !start.includes(0);
}

function readStart(file: string): Buffer {
  const start = Buffer.alloc(512);
  const descriptor = openSync(file, 'r');
  try {
    return start.subarray(0, readSync(descriptor, start, 0, start.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** The interpreter that a script's first line names, or undefined: for the message when it does not exist. */
export function namedInterpreter(file: string): string | undefined {
  try {
    return interpreterOf(readStart(file))?.[0];
  } catch {
    // The file itself cannot be read: then its interpreter is not the trouble.
    return undefined;
  }
}
