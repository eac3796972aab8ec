/** An ended job, or a cache, that may be removed. */
export interface Prunable {
  readonly name: string;
  /** When it was last used, in milliseconds since 1970. */
  readonly usedAt: number;
  readonly bytes: number;
  /** Whether optml makes it again when it needs it. */
  readonly isCache: boolean;
}

/** What is to stay. */
export interface PruneLimits {
  /** Remove what was last used before this time, in milliseconds since 1970. */
  readonly usedBefore?: number | undefined;
  /** Remove caches, then the oldest jobs, until no more bytes than these are left. */
  readonly mostBytes?: number | undefined;
}

/** Which entries to remove, the oldest first. `keptBytes`: of jobs that cannot be removed. */
export function planPrune<Entry extends Prunable>(
  entries: readonly Entry[],
  { usedBefore, mostBytes }: PruneLimits,
  keptBytes: number,
): readonly Entry[] {
  const oldest = entries.toSorted((a, b) => Number(b.isCache) - Number(a.isCache) || a.usedAt - b.usedAt);
  let left = entries.reduce((sum, { bytes }) => sum + bytes, keptBytes);
  const isOld = ({ usedAt }: Entry) => usedBefore !== undefined && usedAt < usedBefore;
  const removed = new Set(oldest.filter(isOld));
  for (const { bytes } of removed) left -= bytes;
  for (const entry of oldest) {
    if (mostBytes === undefined || left <= mostBytes) break;
    if (removed.has(entry)) continue;
    removed.add(entry);
    left -= entry.bytes;
  }
  return oldest.filter((entry) => removed.has(entry));
}
