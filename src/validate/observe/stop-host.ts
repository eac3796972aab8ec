import { monotonicMs, within } from '../../concurrency/clock.ts';
import type { HostRun } from '../../engines/engine.ts';
import type { StopSeen } from './observation.ts';
import type { ScenarioStop } from './scenario/scenario.ts';
import { termHandling } from './signal-handler.ts';
import type { WatchedHost, WatchLimits } from './watch-hosts.ts';

const POLL_MS = 50;
// The share of a run's longest time after which it gets SIGTERM, whatever it has printed.
const LATEST_SHARE = 0.75;
// A first process without a handler may work on for so many times as long as it has worked before it is killed.
const UNHANDLED_FACTOR = 2;

/** Sends SIGTERM to a host at its moment, and waits for its end. Undefined if it ends before. `start`: its start. */
export async function stopHost(
  host: WatchedHost,
  stop: ScenarioStop,
  limits: WatchLimits & { readonly start: number },
): Promise<StopSeen | undefined> {
  const { run, output } = host;
  const { start, graceSeconds, waits } = limits;
  let hasEnded = false;
  void run.ended.then(() => {
    hasEnded = true;
  });
  await whenDue(host, stop, limits);
  const before = hasEnded ? undefined : await termHandling(run);
  if (hasEnded || before === undefined) return undefined;
  const sent = monotonicMs();
  const sentSeconds = (sent - start) / 1000;
  const sentLines = output.lineCount;
  run.stop();
  const seen = (isEnded: boolean, isCaughtLate = false): StopSeen => {
    const waitedSeconds = (monotonicMs() - sent) / 1000;
    const tookSeconds = isEnded ? waitedSeconds : undefined;
    return { ...before, sentSeconds, sentLines, waitedSeconds, tookSeconds, isCaughtLate };
  };
  if (before.isCaught === false) {
    const seconds = Math.min(graceSeconds, Math.max(waits.unhandled, UNHANDLED_FACTOR * sentSeconds));
    const isCaughtLate = await getsHandler(run, () => hasEnded, seconds);
    if (hasEnded) return seen(true, isCaughtLate);
    const result = seen(false, isCaughtLate);
    run.kill();
    return result;
  }
  if (await within(run.ended, graceSeconds * 1000)) return seen(true);
  const result = seen(hasEnded);
  run.kill();
  return result;
}

// No timer is left behind: a job may end long before its moment.
async function whenDue(
  { run, output }: WatchedHost,
  { afterSeconds, hasOutput, afterText, afterLines = 0, linesWithinSeconds = 0 }: ScenarioStop,
  { start, timeoutSeconds, waits }: WatchLimits & { readonly start: number },
): Promise<void> {
  const latest = LATEST_SHARE * timeoutSeconds;
  const isSaid = afterText === undefined ? Promise.resolve() : output.line(afterText);
  const msUntil = (seconds: number) => Math.max(0, Math.min(seconds, latest) * 1000 - (monotonicMs() - start));
  const wait = (event: Promise<unknown>, ms: number) => within(Promise.race([run.ended, event]), ms);
  await wait(output.first, hasOutput ? msUntil(latest) : waits.silent * 1000);
  await wait(isSaid, msUntil(latest));
  await wait(run.ended, Math.min(afterSeconds * 1000, msUntil(latest)));
  await wait(output.lines(afterLines), msUntil(linesWithinSeconds));
}

// True as soon as the first process has a handler; false if it ends or the time is over without one.
async function getsHandler(run: HostRun, hasEnded: () => boolean, seconds: number): Promise<boolean> {
  const end = monotonicMs() + seconds * 1000;
  while (!hasEnded() && monotonicMs() < end) {
    if ((await termHandling(run)).isCaught === true) return true;
    await within(run.ended, POLL_MS);
  }
  return false;
}
