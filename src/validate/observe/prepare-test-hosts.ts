import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { jobPaths } from '../../contract/paths.ts';
import type { HostLimits, HostSpec, Mount } from '../../engines/engine.ts';
import { putCode } from '../../staging/job-code.ts';
import { planJob } from '../../staging/job-plan.ts';
import { mlDirOf, mlDirsOf } from '../../staging/ml-dirs.ts';
import { type HostParts, prepareHosts } from '../../staging/prepare-hosts.ts';
import type { OutputStream } from '../../text/output-stream.ts';
import { type ChannelCopy, copyChannels } from './channel-copies.ts';
import { OutputWatch } from './output-watch.ts';
import { putCheckpoints } from './put-checkpoints.ts';
import { addHyperparameters, changeConfig } from './scenario/change-config.ts';
import { diskOptions } from './scenario/command-override.ts';
import { replaceSource } from './scenario/entry-script.ts';
import type { Scenario } from './scenario/scenario.ts';
import { isSourceChannel, oddHyperparameters } from './scenario/scenario-request.ts';
import { type PreparedHost, shownText, type TestRun } from './test-run.ts';
import type { ValidationContext } from './validation-context.ts';

/** What the hosts of a scenario are prepared from. */
export interface TestHostParts extends Pick<HostParts, 'session' | 'channels'> {
  /** A folder with the checkpoints that the hosts get. */
  readonly checkpoints: string | undefined;
}

/**
 * Brings everything to its place that the hosts of a scenario find when they are started. A text where it cannot be done
 * for this job: why.
 *
 * @throws OptmlError as `optml run` for sources that cannot be had.
 */
export async function prepareTestHosts(
  testRun: TestRun,
  { session, channels, checkpoints }: TestHostParts,
): Promise<readonly PreparedHost[] | string> {
  const { context, scenario, hosts } = testRun;
  const mlDirs = mlDirsOf(testRun);
  const plan = planJob(context.engine.name, testRun, {});
  await putCode(testRun, { projectDir: plan.project?.codeDir, isS3Left: false });
  for (const mlDir of mlDirs) putCheckpoints(mlDir, testRun, checkpoints);
  const outputs = new Map(hosts.map(({ name }) => [name, new OutputWatch(shownText(testRun, mlDirOf(testRun, name)))]));
  const outputOf = (host: string) => (bytes: Buffer, stream: OutputStream) => outputs.get(host)?.push(bytes, stream);
  const specs = await prepareHosts(testRun, { session, plan, channels, outputOf });
  const prepared: PreparedHost[] = [];
  for (const spec of specs) {
    addHyperparameters(spec.mlDir, oddHyperparameters(scenario));
    changeConfig(spec.mlDir, scenario.config ?? {});
    if (scenario.hasPlatformOwnership !== true) openFolders(spec.mlDir);
    const changed = await changeMounts(spec, testRun);
    if (typeof changed === 'string') return changed;
    const { mounts, copies } = changed;
    const output = outputs.get(spec.name) as OutputWatch;
    prepared.push({ spec: { ...spec, mounts, limits: limitsOf(context, scenario) }, copies, output });
  }
  return prepared;
}

// The platform's folders are root's, 0755; whether an image's own user can live with that is a check of its own.
function openFolders(mlDir: string): void {
  const { baseDir, modelDir, outputDir, outputDataDir, checkpointDir, codeDir, inputDir, inputDataDir } =
    jobPaths(mlDir);
  for (const dir of [baseDir, modelDir, outputDir, outputDataDir, checkpointDir, codeDir, inputDir, inputDataDir]) {
    if (existsSync(dir)) chmodSync(dir, 0o777);
  }
}

async function changeMounts(
  spec: HostSpec,
  { scenario, dir }: TestRun,
): Promise<{ readonly mounts: readonly Mount[]; readonly copies: readonly ChannelCopy[] } | string> {
  const { areReadOnly = false, areEmpty = false } = scenario.channels ?? {};
  let { mounts } = spec;
  if (areEmpty) mounts = mounts.map((mount) => (isData(mount) ? { ...mount, source: emptyFolder(dir) } : mount));
  if (scenario.entryScript !== undefined) {
    const replaced = replaceSource(mounts, scenario.entryScript, join(dir, 'script'));
    if (replaced === undefined) return NO_SCRIPT;
    mounts = replaced;
  }
  return areReadOnly ? { mounts, copies: [] } : copyChannels(mounts, join(dir, 'copies', spec.name));
}

const NO_SCRIPT = 'the job runs a command, not a Python or shell script that a trial could stand in for';

function isData({ target, isReadOnly }: Mount): boolean {
  return isReadOnly && !isSourceChannel(basename(target));
}

function emptyFolder(dir: string): string {
  const folder = join(dir, 'empty');
  mkdirSync(folder, { recursive: true });
  return folder;
}

function limitsOf({ engine }: ValidationContext, scenario: Scenario): HostLimits {
  const { smallDisk, absentHosts = [], limits = {} } = scenario;
  const isContainer = engine.name !== 'process';
  return {
    ...limits,
    ...(smallDisk !== undefined && {
      disks: [{ target: `/opt/ml/${smallDisk.path}`, options: diskOptions(smallDisk) }],
    }),
    ...(isContainer && { names: absentHosts.map((name) => `${name}:127.0.0.1`) }),
  };
}
