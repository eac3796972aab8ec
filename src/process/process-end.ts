/** How a program ended. */
export interface ProcessEnd {
  /** The program's own code; 128 + n for signal n; 126 or 127 where it could not be started, as shells report it. */
  readonly exitCode: number;
  /** The signal that killed the program, as `SIGTERM` or `SIGRTMIN+6 (signal 40)`, or null. */
  readonly signal: string | null;
  /** The code of the system error (`ENOENT` …) where it could not be started, or null. */
  readonly startError: string | null;
  /** Whether we killed it, because the grace period of a stop was over. */
  readonly isKilledAfterGrace: boolean;
  /** Processes that the kernel killed because no memory was left while the program ran; undefined where it does not report it. */
  readonly memoryKills: number | undefined;
  /** Its last output on standard error, 64 KiB at most. */
  readonly errorOutput: string;
}

/** How a program ended of which nothing more is known, or one that was not started at all. */
export function bareEnd(
  exitCode: number,
  { signal = null, startError = null }: Partial<Pick<ProcessEnd, 'signal' | 'startError'>> = {},
): ProcessEnd {
  return { exitCode, signal, startError, isKilledAfterGrace: false, memoryKills: 0, errorOutput: '' };
}
