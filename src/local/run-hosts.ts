import type { EngineSession, HostEnd, HostRun, HostSpec } from '../engines/engine.ts';
import { startAll } from '../engines/start-all.ts';

/** Why hosts get a stop signal. */
export type StopCause = 'stop' | 'max-runtime' | 'max-wait' | 'interrupt' | 'other-host';

/** A host that failed. */
export interface HostFailure {
  readonly host: string;
  readonly end: HostEnd;
}

/** How the hosts of one attempt ended. */
export interface HostsEnd {
  /** The first host that failed by itself, if one did before anybody asked it to stop. */
  readonly firstFailure: HostFailure | undefined;
  /** Hosts that failed after it, by themselves or because they were stopped. */
  readonly laterFailures: readonly HostFailure[];
  readonly stoppedBy: StopCause | undefined;
}

/** Hosts that run together. One failing host stops the others, as the platform does. */
export interface RunningHosts {
  readonly ended: Promise<HostsEnd>;
  /**
   * Asks every host to end, and kills what is left after the time that it is given (contract C57). Of several
   * causes the first counts, but for an interruption, which the end of the job replaces.
   */
  stop(cause: StopCause): void;
  /** Ends all immediately. */
  kill(): void;
}

/** What is reported of hosts that still run some seconds after something failed. */
export interface LateHosts {
  /** The first host that failed; undefined if none did, and the data of a channel failed. */
  readonly failed: string | undefined;
  readonly waitingFor: readonly string[];
  /** From now to the kill. */
  readonly secondsToKill: number;
}

/** How hosts are stopped. */
export interface StopOptions {
  /** From the platform's stop to the kill. */
  readonly graceSeconds: number;
  /** Called once, if hosts still run some seconds after they were stopped for a failure. */
  readonly onLate?: (late: LateHosts) => void;
}

// Programs that save and end are faster, by far.
const LATE_SECONDS = 5;

/**
 * Starts all hosts.
 *
 * @throws OptmlError when one fails to start; no host runs then.
 */
export async function startHosts(
  session: EngineSession,
  hosts: readonly HostSpec[],
  options: StopOptions,
): Promise<RunningHosts> {
  const started = await startAll(hosts, async (host) => {
    const run = await session.start(host);
    if (run.refusal !== undefined) throw run.refusal;
    return { name: host.name, run };
  });
  return watch(new Map(started.map(({ name, run }) => [name, run])), options);
}

function watch(runs: ReadonlyMap<string, HostRun>, { graceSeconds, onLate }: StopOptions): RunningHosts {
  const running = new Set(runs.keys());
  let stoppedBy: StopCause | undefined;
  let firstFailure: HostFailure | undefined;
  const laterFailures: HostFailure[] = [];
  let timer: NodeJS.Timeout | undefined;
  let lateTimer: NodeJS.Timeout | undefined;
  const kill = () => {
    for (const run of runs.values()) run.kill();
  };
  const reportLate = () =>
    onLate?.({
      failed: firstFailure?.host,
      waitingFor: [...running],
      secondsToKill: graceSeconds - LATE_SECONDS,
    });
  const stop = (cause: StopCause) => {
    const isAsked = stoppedBy !== undefined;
    if (!isAsked || stoppedBy === 'interrupt') stoppedBy = cause;
    if (isAsked) return;
    for (const run of runs.values()) run.stop();
    timer = setTimeout(kill, graceSeconds * 1000);
    if (cause === 'other-host' && graceSeconds > LATE_SECONDS) lateTimer = setTimeout(reportLate, LATE_SECONDS * 1000);
  };
  const ends = [...runs].map(async ([host, run]) => {
    const end = await run.ended;
    running.delete(host);
    if (end.exitCode === 0) return;
    if (firstFailure !== undefined) laterFailures.push({ host, end });
    if (firstFailure !== undefined || stoppedBy !== undefined) return;
    firstFailure = { host, end };
    if (runs.size === 1) return;
    stop('other-host');
  });
  const ended = Promise.all(ends).then(() => {
    clearTimeout(timer);
    clearTimeout(lateTimer);
    return { firstFailure, laterFailures, stoppedBy };
  });
  return { ended, stop, kill };
}
