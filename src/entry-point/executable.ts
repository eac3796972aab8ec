import { chmodSync, closeSync, readSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { openInput } from '../job-tree/input/input-file.ts';
import { isExecutableFile } from '../process/find-on-path.ts';

/** The words of a command line, without the user's arguments. */
export type Command = readonly [file: string, ...args: string[]];

/**
 * How to run the command at `path`, relative to the code directory (contract C24): made executable for everyone and
 * started as `./path`; a text without `#!` by `/bin/sh`; one that may not be made executable by its own interpreter. In a
 * preview nothing is changed, and taken for changed. The mode of a program outside, at an absolute path, stays.
 */
export function executableCommand(path: string, codeDir: string, isPreview: boolean): Command {
  const file = resolve(codeDir, path);
  const isOutside = isAbsolute(path);
  const name = isOutside ? path : `./${path}`;
  try {
    if (!isPreview && !isOutside) chmodSync(file, 0o777);
  } catch {
    // A read-only file system, or somebody else's file: it may be executable all the same.
  }
  const start = readStart(file);
  // A program that may be executed but not read; if neither, the system reports it at the start.
  if (start === undefined) return [name];
  const interpreter = interpreterOf(start);
  if (interpreter === undefined && isText(start)) return ['/bin/sh', name];
  if (isPreview || isExecutableFile(file) || interpreter === undefined) return [name];
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

// The first bytes, or undefined where the file cannot be read.
function readStart(file: string): Buffer | undefined {
  const start = Buffer.alloc(512);
  let descriptor: number | undefined;
  try {
    descriptor = openInput(file);
    return start.subarray(0, readSync(descriptor, start, 0, start.length, 0));
  } catch {
    // The caller knows what to make of it.
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Why the first line of the script `file` keeps it from being started, and what to do; undefined for other files. */
export function interpreterProblem(file: string): string | undefined {
  const start = readStart(file);
  const interpreter = start && interpreterOf(start)?.[0];
  if (start === undefined || interpreter === undefined) return undefined;
  if (hasWindowsLineEnds(file)) {
    return "its first line ends in a carriage return, which becomes part of the interpreter's name. Save the file with Unix line ends";
  }
  return `its interpreter ${interpreter} does not exist (first line of the file). Correct the line, or add the interpreter to the image`;
}

/** Whether the script `file` has the line ends of Windows: a shell takes each carriage return for a part of a word. */
export function hasWindowsLineEnds(file: string): boolean {
  const start = readStart(file);
  return start !== undefined && isText(start) && /^[^\n]*\r\n/.test(start.toString('latin1'));
}
