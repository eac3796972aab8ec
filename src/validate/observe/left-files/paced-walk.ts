import { monotonicMs } from '../../../concurrency/clock.ts';
import type { JobFolder } from '../../../job-tree/job-folder.ts';
import { type TreeEntry, type WalkOptions, walkTree } from '../../../job-tree/walk-tree.ts';

/** Longest time that a walk keeps signals, timers and other jobs waiting, in milliseconds. */
const TURN_MS = 20;

/**
 * Walks a job's tree as `walkTree` does, with a pause for everything else in between: Ctrl-C ends it.
 *
 * @throws the signal's reason; the system's error, as `walkTree`.
 */
export async function* pacedWalk(
  root: JobFolder,
  signal: AbortSignal,
  options: WalkOptions = {},
): AsyncGenerator<TreeEntry> {
  let start = monotonicMs();
  for (const entry of walkTree(root, options)) {
    yield entry;
    if (monotonicMs() - start < TURN_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    start = monotonicMs();
  }
}
