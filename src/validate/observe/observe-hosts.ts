import type { EngineSession } from '../../engines/engine.ts';
import { startAll } from '../../engines/start-all.ts';
import { readFailureText } from '../../local/failure-reason.ts';
import { changesOf } from './channel-copies.ts';
import { listFiles } from './list-files.ts';
import type { HostObservation } from './observation.ts';
import { watchPeakMemory } from './peak-memory.ts';
import { type PreparedHost, shownText, type TestRun } from './test-run.ts';
import { type WatchedEnd, type WatchedHost, watchHosts } from './watch-hosts.ts';

/** Starts the hosts of a scenario, waits for their end, and looks at what they have left. */
export async function observeHosts(
  testRun: TestRun,
  session: EngineSession,
  hosts: readonly PreparedHost[],
): Promise<readonly HostObservation[]> {
  const { context, scenario } = testRun;
  const isMeasured = scenario.isMeasured === true && context.engine.name !== 'process';
  const started: readonly StartedHost[] = await startAll(hosts, async ({ spec, output }) => {
    const run = await session.start(spec);
    output.start();
    return { name: spec.name, run, output, peak: isMeasured ? watchPeakMemory(run) : () => undefined };
  });
  const ends = await watchHosts(started, scenario.stop, context);
  const observed: HostObservation[] = [];
  for (const [index, { spec, copies }] of hosts.entries()) {
    const host = started[index];
    if (host === undefined) continue;
    const changes = scenario.isMeasured === true ? await host.run.changes?.() : undefined;
    await session.takeOver(spec);
    const end = ends[index] as WatchedEnd;
    observed.push({
      name: spec.name,
      ...{ exitCode: end.end.exitCode, startError: end.end.startError, isOutOfMemory: end.end.isOutOfMemory },
      ...{ isTimedOut: end.isTimedOut, isStoppedForOther: end.isStoppedForOther, seconds: end.seconds, stop: end.stop },
      output: host.output.end(),
      failure: failureOf(testRun, spec.mlDir),
      files: await listFiles(spec.mlDir, (path) => path === 'input' || path === 'code'),
      changes,
      channelChanges: copies.length === 0 ? undefined : await changesOf(copies),
      peakMemoryBytes: host.peak(),
    });
  }
  return observed;
}

interface StartedHost extends WatchedHost {
  /** The most memory that was seen, in bytes. */
  readonly peak: () => number | undefined;
}

function failureOf(testRun: TestRun, mlDir: string): string | undefined {
  const text = readFailureText(mlDir);
  return text === undefined ? undefined : shownText(testRun, mlDir)(text);
}
