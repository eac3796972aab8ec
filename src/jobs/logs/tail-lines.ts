import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { logFile } from './files.ts';

// Lines may be long: no more than this of a log is looked at.
const MOST_BYTES = 1 << 20;

/** The last lines of a host's log, as text, without their breaks; at most `count`, and of the last MiB only. */
export function tailLines(dir: string, host: string, count: number): readonly string[] {
  let descriptor: number;
  try {
    descriptor = openSync(logFile(dir, host), 'r');
  } catch {
    // Nothing came of it.
    return [];
  }
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(0, size - MOST_BYTES);
    const buffer = Buffer.alloc(size - start);
    const read = readSync(descriptor, buffer, 0, buffer.length, start);
    const lines = buffer.toString('utf8', 0, read).split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-count);
  } finally {
    closeSync(descriptor);
  }
}
