import { RELATIVE_PATHS } from '../../contract/paths.ts';
import type { EngineSession, HostSpec } from '../../engines/engine.ts';
import { startAll } from '../../engines/start-all.ts';
import { isOptmlError, systemErrorCode } from '../../errors/error.ts';
import type { JobFolder } from '../../job-tree/job-folder.ts';
import { readEndBelow } from '../../job-tree/open-below.ts';
import { readFailureText } from '../../local/failure/failure-reason.ts';
import { changesOf } from './left-files/channel-copies.ts';
import { type LeftFiles, listFiles } from './left-files/list-files.ts';
import { reasonOf } from './left-files/reason-of.ts';
import type { HostObservation } from './observation.ts';
import { watchPeakMemory } from './peak-memory.ts';
import { openMl, type PreparedHost, shownText, type TestRun } from './test-run.ts';
import { type WatchedEnd, type WatchedHost, watchHosts } from './watch-hosts.ts';

/** Starts the hosts of a scenario, waits for their end, and looks at what they have left. */
export async function observeHosts(
  testRun: TestRun,
  session: EngineSession,
  hosts: readonly PreparedHost[],
): Promise<readonly HostObservation[]> {
  const { context, scenario } = testRun;
  const isMeasured = scenario.isMeasured === true;
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
    await takeOver(session, spec);
    const left = await leftBy(testRun, spec.name);
    const channels = await changesOf(copies, testRun.folder, testRun.signal);
    const end = ends[index] as WatchedEnd;
    observed.push({
      name: spec.name,
      ...{ exitCode: end.end.exitCode, startError: end.end.startError, isOutOfMemory: end.end.isOutOfMemory },
      ...{ isTimedOut: end.isTimedOut, isStoppedForOther: end.isStoppedForOther, seconds: end.seconds, stop: end.stop },
      output: host.output.end(),
      failure: failureOf(testRun, spec.mlDir),
      failureEnd: failureEndOf(testRun, spec),
      files: left.files,
      unseen: [...left.unseen, ...channels.unseen],
      diskBytes: left.diskBytes,
      changes,
      channelChanges: copies.length === 0 ? undefined : channels.changes,
      peakMemoryBytes: host.peak(),
    });
  }
  return observed;
}

interface StartedHost extends WatchedHost {
  /** The most memory that was seen, in bytes. */
  readonly peak: () => number | undefined;
}

// What cannot be taken over cannot be listed either, and is named there.
async function takeOver(session: EngineSession, spec: HostSpec): Promise<void> {
  try {
    await session.takeOver(spec);
  } catch (error) {
    if (isOptmlError(error) || systemErrorCode(error) === undefined) throw error;
  }
}

async function leftBy(testRun: TestRun, host: string): Promise<LeftFiles> {
  const { signal, scenario } = testRun;
  let ml: JobFolder;
  try {
    ml = openMl(testRun, host);
  } catch (error) {
    return { files: [], unseen: [{ path: '', why: reasonOf(error) }], diskBytes: 0 };
  }
  try {
    return await listFiles(ml, { isHashed: scenario.isModelCompared === true, signal });
  } finally {
    ml.close();
  }
}

const END_BYTES = 4096;

function failureEndOf(testRun: TestRun, { name, mlDir }: HostSpec): string | undefined {
  try {
    const ml = openMl(testRun, name);
    try {
      const { end, size } = readEndBelow(ml, RELATIVE_PATHS.failureFile, END_BYTES);
      return size > END_BYTES ? shownText(testRun, mlDir)(end.toString('utf8')) : undefined;
    } finally {
      ml.close();
    }
  } catch {
    // None, or none that may be read.
    return undefined;
  }
}

function failureOf(testRun: TestRun, mlDir: string): string | undefined {
  const text = readFailureText(mlDir);
  return text === undefined ? undefined : shownText(testRun, mlDir)(text);
}
