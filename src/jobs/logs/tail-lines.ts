import { closeSync, fstatSync, readSync } from 'node:fs';
import { openRegularFile } from '../../job-tree/input/regular-file.ts';
import { afterCut } from '../../process/output-tail.ts';
import { logFile } from './files.ts';

// Lines may be long: no more than this of a log is looked at.
const MOST_BYTES = 1 << 20;

/** The last lines of a host's log, as text, without their breaks; at most `count`, and of the last MiB only. */
export function tailLines(dir: string, host: string, count: number): readonly string[] {
  const descriptor = openLog(logFile(dir, host));
  if (descriptor === undefined) return [];
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(0, size - MOST_BYTES);
    const buffer = Buffer.alloc(size - start);
    const read = readSync(descriptor, buffer, 0, buffer.length, start);
    const text = buffer.toString('utf8', 0, read);
    const lines = (start > 0 ? afterCut(text) : text).split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-count);
  } finally {
    closeSync(descriptor);
  }
}

function openLog(file: string): number | undefined {
  try {
    return openRegularFile(file);
  } catch {
    // A log that this user may not read is shown as an empty one.
    return undefined;
  }
}
