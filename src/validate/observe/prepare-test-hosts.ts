import { totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { RELATIVE_PATHS } from '../../contract/paths.ts';
import type { EngineSession, HostLimits, HostSpec, Mount } from '../../engines/engine.ts';
import { type JobFolder, SAFE_MODE } from '../../job-tree/job-folder.ts';
import { findFolder } from '../../job-tree/open-below.ts';
import { putCode } from '../../staging/job-code.ts';
import { planJob } from '../../staging/job-plan.ts';
import { mlDirOf } from '../../staging/ml-dirs.ts';
import { expectHosts, type HostParts, prepareHosts } from '../../staging/prepare-hosts.ts';
import type { OutputStream } from '../../text/output-stream.ts';
import { type ChannelCopy, copyChannels } from './left-files/channel-copies.ts';
import { putCheckpoints } from './left-files/put-checkpoints.ts';
import { OutputWatch } from './output-watch.ts';
import { addHyperparameters, changeConfig } from './scenario/change-config.ts';
import { diskOptions } from './scenario/command-override.ts';
import { replaceSource } from './scenario/entry-script.ts';
import type { Scenario } from './scenario/scenario.ts';
import { isSourceChannel, oddHyperparameters } from './scenario/scenario-request.ts';
import { openMl, type PreparedHost, shownText, type TestRun } from './test-run.ts';
import type { ValidationContext } from './validation-context.ts';

/** What the hosts of a scenario are prepared from. */
export interface TestHostParts extends Pick<HostParts, 'channels'> {
  readonly session: EngineSession;
  /** A folder with the checkpoints that the hosts get. */
  readonly checkpoints: JobFolder | undefined;
}

/**
 * Brings everything to its place that the hosts of a scenario find when they are started. A text where it cannot be done
 * for this job: why.
 *
 * @throws OptmlError as `optml run` for sources that are unavailable.
 */
export async function prepareTestHosts(
  testRun: TestRun,
  { session, channels, checkpoints }: TestHostParts,
): Promise<readonly PreparedHost[] | string> {
  const { context, scenario, hosts } = testRun;
  const { isolationLack } = session;
  if (scenario.isIsolated === true && isolationLack !== undefined) {
    return `this machine cannot take the network away from a process: ${isolationLack}`;
  }
  const plan = await planJob({ engine: context.engine.name, session }, testRun, { credentials: {}, isS3Left: false });
  expectHosts(testRun, session, plan);
  await putCode(testRun, { projectDir: plan.project?.codeDir, isS3Left: false });
  for (const { name } of hosts) await inMl(testRun, name, (ml) => putCheckpoints(ml, testRun, checkpoints));
  const outputs = new Map(hosts.map(({ name }) => [name, new OutputWatch(shownText(testRun, mlDirOf(testRun, name)))]));
  const outputOf = (host: string) => (bytes: Buffer, stream: OutputStream) => outputs.get(host)?.push(bytes, stream);
  const specs = await prepareHosts(testRun, { session, plan, channels, outputOf });
  const prepared: PreparedHost[] = [];
  for (const spec of specs) {
    await inMl(testRun, spec.name, (ml) => {
      addHyperparameters(ml, oddHyperparameters(scenario));
      changeConfig(ml, scenario.config ?? {});
      if (scenario.hasPlatformOwnership !== true) openFolders(ml);
    });
    const changed = await changeMounts(spec, testRun);
    if (typeof changed === 'string') return changed;
    const { mounts, copies } = changed;
    const output = outputs.get(spec.name) as OutputWatch;
    prepared.push({ spec: { ...spec, mounts, limits: limitsOf(context, scenario) }, copies, output });
  }
  return prepared;
}

async function inMl(testRun: TestRun, host: string, act: (ml: JobFolder) => void | Promise<void>): Promise<void> {
  const ml = openMl(testRun, host);
  try {
    await act(ml);
  } finally {
    ml.close();
  }
}

const { modelDir, outputDir, outputDataDir, checkpointDir, codeDir, inputDir, inputDataDir } = RELATIVE_PATHS;
const OPEN_FOLDERS = [modelDir, outputDir, outputDataDir, checkpointDir, codeDir, inputDir, inputDataDir];

// The platform's folders are root's, 0755; whether an image's own user can live with that is a check of its own.
function openFolders(ml: JobFolder): void {
  ml.setMode(SAFE_MODE);
  for (const path of OPEN_FOLDERS) {
    const { folder } = findFolder(ml, path);
    folder?.setMode(SAFE_MODE);
    folder?.close();
  }
}

async function changeMounts(
  spec: HostSpec,
  { scenario, dir, folder, signal }: TestRun,
): Promise<{ readonly mounts: readonly Mount[]; readonly copies: readonly ChannelCopy[] } | string> {
  const { areReadOnly = false, areEmpty = false } = scenario.channels ?? {};
  let { mounts } = spec;
  if (areEmpty) {
    folder.ensureFolder(EMPTY_DIR).close();
    mounts = mounts.map((mount) => (isData(mount) ? { ...mount, source: join(dir, EMPTY_DIR) } : mount));
  }
  if (scenario.entryScript !== undefined) {
    const replaced = replaceSource(mounts, scenario.entryScript, { folder, dir });
    if (replaced === undefined) return NO_SCRIPT;
    mounts = replaced;
  }
  return areReadOnly ? { mounts, copies: [] } : copyChannels(mounts, { folder, dir, host: spec.name, signal });
}

/** An empty folder, in that of the scenario. */
const EMPTY_DIR = 'empty';
const NO_SCRIPT = 'the job runs a command, not a Python or shell script that a trial could replace';

function isData({ target, isReadOnly }: Mount): boolean {
  return isReadOnly && !isSourceChannel(basename(target));
}

function limitsOf({ engine }: ValidationContext, scenario: Scenario): HostLimits {
  const { smallDisk, absentHosts = [], limits = {} } = scenario;
  const isContainer = engine.name !== 'process';
  return {
    // Without containers, memory is seen only in a control group of its own: one that limits nothing.
    ...(!isContainer && scenario.isMeasured === true && { memoryBytes: totalmem() }),
    ...limits,
    ...(smallDisk !== undefined && {
      disks: [{ target: `/opt/ml/${smallDisk.path}`, options: diskOptions(smallDisk) }],
    }),
    ...(isContainer && { names: absentHosts.map((name) => `${name}:127.0.0.1`) }),
  };
}
