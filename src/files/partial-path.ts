import { basename, dirname, join } from 'node:path';
import { PARTIAL_MARK } from '../contract/paths.ts';

// A name of a file may have 255 bytes, and a character up to 4.
const LONGEST_START = 50;

/**
 * A new path beside `file`, for its content while it is incomplete. The name contains the mark of unfinished files and this
 * process's number: {@link isPartialOf} and {@link isPartialOfProcess} find what a killed process has left.
 */
export function partialPath(file: string): string {
  const unique = Math.random().toString(36).slice(2, 12);
  return join(dirname(file), `${partialStart(file)}${process.pid}-${unique}`);
}

/** Whether `name`, in the folder of `file`, is an unfinished version of `file`. */
export function isPartialOf(name: string, file: string): boolean {
  return name.startsWith(partialStart(file));
}

/** Whether `name` is an unfinished file that the process with this number has begun. */
export function isPartialOfProcess(name: string, pid: number): boolean {
  return name.includes(`${PARTIAL_MARK}${pid}-`);
}

function partialStart(file: string): string {
  return `${basename(file).slice(0, LONGEST_START)}${PARTIAL_MARK}`;
}
