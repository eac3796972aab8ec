import { monotonicMs } from '../../concurrency/clock.ts';
import type { Log } from '../../log/log.ts';

// So many are logged one by one; of those that follow, one for each pause.
const ONE_BY_ONE = 5;
const PAUSE_MS = 10_000;

/** Logs connections that are refused, few of them where there are many: a stranger must not fill the log. */
export function refusalLog({ warn }: Pick<Log, 'warn'>, now = monotonicMs): (from: string, why: string) => void {
  let count = 0;
  let unlogged = 0;
  let loggedAt = -Infinity;
  return (from, why) => {
    count++;
    if (count > ONE_BY_ONE && now() - loggedAt < PAUSE_MS) {
      unlogged++;
      return;
    }
    loggedAt = now();
    const others = unlogged === 0 ? '' : ` (and ${unlogged} more since the last warning)`;
    unlogged = 0;
    warn(`Somebody who is no host of this job tried the control port: ${why} (from ${from})${others}`);
  };
}
