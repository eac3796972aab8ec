import { join } from 'node:path';
import type { OpenFiles } from '../process/open-files.ts';
import type { TrackedFile } from './tracked-file.ts';

// If it is unknown whether a file is open, it is treated as closed after this time without a change.
const QUIET_MS = 3000;
// Clocks of file systems tick every few milliseconds: two changes within one tick would look the same.
const TICK_MS = 50;

/** When a file is looked at: by a monotonic clock, and since 1970, both in milliseconds. */
export interface LookTime {
  readonly nowMs: number;
  readonly wallMs: number;
}

/** Whether no process is writing to the file any more, as far as this is known. `realDir` is its folder as the kernel names it. */
export function isClosed(
  { path, state, sinceMs }: TrackedFile,
  open: OpenFiles,
  realDir: string,
  { nowMs, wallMs }: LookTime,
): boolean {
  if (state === undefined || open.ids.has(state.id) || open.ids.has(join(realDir, path))) return false;
  if (!open.isComplete) return nowMs - sinceMs >= QUIET_MS;
  const ageMs = wallMs - state.changedMs;
  // A clock that is ahead, as of a remote file system, tells nothing.
  return ageMs < 0 || ageMs >= TICK_MS;
}
