import { monotonicMs } from '../../concurrency/clock.ts';
import type { HostEnd, HostRun } from '../../engines/engine.ts';
import type { StopSeen } from './observation.ts';
import type { OutputWatch } from './output-watch.ts';
import type { ScenarioStop } from './scenario/scenario.ts';
import { stopHost } from './stop-host.ts';
import type { ValidationContext } from './validation-context.ts';

/** A host that runs, and who listens to it. */
export interface WatchedHost {
  readonly name: string;
  readonly run: HostRun;
  readonly output: OutputWatch;
}

/** How a host ended, and what was done to it before. */
export interface WatchedEnd {
  readonly end: HostEnd;
  readonly seconds: number;
  readonly isTimedOut: boolean;
  readonly isStoppedForOther: boolean;
  readonly stop: StopSeen | undefined;
}

// Others may take so many times as long as the first host that succeeds.
const LAGGING_FACTOR = 5;

export type WatchLimits = Pick<ValidationContext, 'timeoutSeconds' | 'graceSeconds' | 'waits' | 'signal'>;

/** Waits for all hosts, stops them when the scenario requires it, and ends those that do not end. */
export async function watchHosts(
  hosts: readonly WatchedHost[],
  stop: ScenarioStop | undefined,
  limits: WatchLimits,
): Promise<readonly WatchedEnd[]> {
  const start = monotonicMs();
  const timedOut = new Set<HostRun>();
  const stoppedForOther = new Set<HostRun>();
  const running = new Set(hosts.map(({ run }) => run));
  const timers: NodeJS.Timeout[] = [];
  const killLate = () => {
    for (const run of running) {
      timedOut.add(run);
      run.kill();
    }
  };
  const killAll = () => {
    for (const run of running) run.kill();
  };
  // A host that gets SIGTERM has its grace period after it.
  const mostSeconds = limits.timeoutSeconds + (stop === undefined ? 0 : limits.graceSeconds);
  timers.push(setTimeout(killLate, mostSeconds * 1000));
  limits.signal.addEventListener('abort', killAll, { once: true });
  if (limits.signal.aborted) killAll();
  const onEnd = (run: HostRun, { exitCode }: HostEnd) => {
    running.delete(run);
    const seconds = (monotonicMs() - start) / 1000;
    if (exitCode === 0) {
      timers.push(setTimeout(killLate, Math.max(limits.waits.lagging, LAGGING_FACTOR * seconds) * 1000));
      return;
    }
    for (const other of running) {
      if (stoppedForOther.has(other)) continue;
      stoppedForOther.add(other);
      other.stop();
    }
    timers.push(setTimeout(killAll, limits.waits.others * 1000));
  };
  const stops = stop === undefined ? [] : hosts.map((host) => stopHost(host, stop, { start, ...limits }));
  const ends = await Promise.all(
    hosts.map(async ({ run }) => {
      const end = await run.ended;
      const seconds = (monotonicMs() - start) / 1000;
      onEnd(run, end);
      return { run, end, seconds };
    }),
  );
  for (const timer of timers) clearTimeout(timer);
  limits.signal.removeEventListener('abort', killAll);
  const seen = await Promise.all(stops);
  return ends.map(({ run, end, seconds }, index) => ({
    end,
    seconds,
    isTimedOut: timedOut.has(run),
    isStoppedForOther: stoppedForOther.has(run),
    stop: seen[index],
  }));
}
