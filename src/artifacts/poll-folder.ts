import { monotonicMs } from '../concurrency/clock.ts';

// A look at the folder each second, more seldom where a look takes long: at most a twentieth of one core is spent on it.
const SHORTEST_MS = 1000;
const LONGEST_MS = 300_000;
const SHARE = 20;

/** How long to wait after a look that took `tookMs`, in milliseconds. */
export function pauseAfter(tookMs: number): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, tookMs * SHARE));
}

/** A folder that is looked at again and again. */
export interface Polling {
  /** Ends it; resolves when the look under way is over. */
  readonly stop: () => Promise<void>;
}

/**
 * Calls `poll` again and again until it is stopped. File events would be cheaper, but not every file system has them, and
 * they miss what is renamed into a folder that was made a moment ago. Keeps no process alive.
 */
export function pollFolder(folder: { poll(): Promise<void> }): Polling {
  let isOver = false;
  let wake: () => void = () => undefined;
  const look = async () => {
    while (!isOver) {
      const start = monotonicMs();
      await folder.poll();
      const pauseMs = pauseAfter(monotonicMs() - start);
      if (isOver) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs).unref();
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const looking = look();
  const stop = () => {
    isOver = true;
    wake();
    return looking;
  };
  return { stop };
}
