import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fs from 'fs-extra';
import { DEFAULT_BASE_DIR } from '../../contract/paths.ts';
import type { Log } from '../../log/log.ts';
import { prepareChannels } from '../../platform/channels/prepare-channels.ts';
import type { EngineSession, HostLimits, HostSpec, Mount, Watchdog } from '../../platform/engine.ts';
import { readFailureText } from '../../platform/failure-reason.ts';
import { planHosts } from '../../platform/host-plan.ts';
import { makeHostSpecs } from '../../platform/host-specs.ts';
import { hostVariables } from '../../platform/host-variables.ts';
import { putCode } from '../../platform/job-code.ts';
import { readProject } from '../../platform/project.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { Bench } from './bench.ts';
import { addHyperparameters, changeConfig } from './change-config.ts';
import { type ChannelCopy, changesOf, copyChannels } from './channel-copies.ts';
import { commandWords, diskOptions } from './command-words.ts';
import { listFiles } from './list-files.ts';
import { masker } from './mask.ts';
import type { HostObservation, Observation } from './observation.ts';
import { OutputWatch } from './output-watch.ts';
import { watchPeakMemory } from './peak-memory.ts';
import type { Scenario } from './scenario.ts';
import { oddHyperparameters, scenarioRequest } from './scenario-request.ts';
import { type WatchedEnd, watchHosts } from './watch-hosts.ts';
import { whyNot } from './why-not.ts';

/** A scenario that was played. */
export interface Played {
  readonly observation: Observation;
  /** The folder that holds the checkpoints of its first host; undefined without any. */
  readonly checkpointsDir: string | undefined;
}

interface Stage {
  readonly bench: Bench;
  readonly scenario: Scenario;
  readonly dir: string;
  readonly request: TrainingJobRequest;
  readonly warnings: string[];
  readonly mask: (text: string) => string;
}

interface PreparedHost {
  readonly spec: HostSpec;
  readonly output: OutputWatch;
  readonly copies: readonly ChannelCopy[];
}

/**
 * Plays one scenario through the engine, as `optml run` would run its job. `checkpoints`: the folder that the scenario which
 * it goes on from has left.
 *
 * @throws OptmlError where the engine or the preparation fails, which says nothing about the image.
 */
export async function runScenario(
  bench: Bench,
  scenario: Scenario,
  { checkpoints, watchdog }: { readonly checkpoints: string | undefined; readonly watchdog: Watchdog },
): Promise<Played> {
  const dir = join(bench.workDir, scenario.id);
  const about = { scenarioId: scenario.id, about: scenario.about, command: commandWords(bench, scenario) };
  const cannot = (why: string): Played => ({
    observation: { ...about, cannot: why, hosts: [], warnings: [] },
    checkpointsDir: undefined,
  });
  const reason = whyNot(bench, scenario);
  if (reason !== undefined) return cannot(reason);
  mkdirSync(dir, { recursive: true });
  const request = scenarioRequest(bench, scenario, dir);
  const warnings: string[] = [];
  const stage: Stage = { bench, scenario, dir, request, warnings, mask: masker(request) };
  const session = await openSession(stage, watchdog);
  try {
    const prepared = await prepareHosts(stage, checkpoints);
    if ('cannot' in prepared) return cannot(prepared.cannot);
    const { hosts, channels } = prepared;
    await channels.start();
    const observed = await runHosts(stage, session, hosts);
    await channels.close();
    return { observation: { ...about, cannot: undefined, hosts: observed, warnings }, checkpointsDir: tidyUp(dir) };
  } finally {
    await session.close();
  }
}

function openSession({ bench, scenario, dir, request, warnings }: Stage, watchdog: Watchdog): Promise<EngineSession> {
  const { engine, image, signal, say } = bench;
  const workDir = join(dir, 'engine');
  mkdirSync(workDir, { recursive: true });
  const { ContainerEntrypoint, ContainerArguments } = request.AlgorithmSpecification ?? {};
  const entrypoint = scenario.program ?? bench.entrypoint ?? ContainerEntrypoint;
  const words = scenario.program === undefined ? (bench.arguments ?? ContainerArguments) : undefined;
  // Without containers, names resolve when the job has such hosts.
  const absent = engine.name === 'process' ? (scenario.absentHosts ?? []) : [];
  return engine.open(
    {
      name: request.TrainingJobName,
      image,
      entrypoint,
      arguments: words,
      hosts: [...planHosts(request).map(({ name }) => name), ...absent],
      isIsolated: request.EnableNetworkIsolation ?? false,
      workDir,
    },
    { signal, warn: (message) => void warnings.push(message), say, watchdog },
  );
}

async function prepareHosts(stage: Stage, checkpoints: string | undefined) {
  const { bench, scenario, dir, request, warnings, mask } = stage;
  const { variables, signal } = bench;
  const hosts = planHosts(request);
  const mlDirOf = (host: string) => join(dir, 'hosts', host, 'ml');
  const mlDirs = hosts.map(({ name }) => mlDirOf(name));
  for (const mlDir of mlDirs) mkdirSync(mlDir, { recursive: true });
  const warn = (message: string) => void warnings.push(message);
  const log: Log = { debug: () => undefined, info: () => undefined, warn, error: warn };
  const isProcess = bench.engine.name === 'process';
  const networkInterface = isProcess ? 'lo' : 'eth0';
  const project = isProcess && bench.image.startsWith('file://') ? readProject(bench.image) : undefined;
  const channels = await prepareChannels(request, hosts, {
    workDir: join(dir, 'channels'),
    hostDirs: new Map(hosts.map(({ name }) => [name, mlDirOf(name)])),
    openStorage: () => import('#storage/s3').then(({ openS3 }) => openS3(variables, log)),
    warn,
    signal,
    onProgress: () => undefined,
  });
  await putCode({ request, projectDir: project?.codeDir, mlDirs, isS3Left: false, variables, log, signal });
  for (const mlDir of mlDirs) putCheckpoints(mlDir, stage, checkpoints);
  const outputs = new Map(hosts.map(({ name }) => [name, new OutputWatch(shownText(mlDirOf(name), mask))]));
  const specs = makeHostSpecs({
    request,
    hosts,
    mlDirOf,
    channels,
    environment: hostVariables({
      request,
      variables,
      networkInterface,
      credentials: {},
      projectVariables: project?.variables ?? {},
    }),
    networkInterface,
    outputOf: (host) => (bytes) => outputs.get(host)?.push(bytes),
  });
  const prepared: PreparedHost[] = [];
  for (const spec of specs) {
    addHyperparameters(spec.mlDir, oddHyperparameters(scenario));
    changeConfig(spec.mlDir, scenario.config ?? {});
    if (scenario.hasPlatformOwnership !== true) openFolders(spec.mlDir);
    const { mounts, copies, cannot } = await mountsOf(spec, stage);
    if (cannot !== undefined) return { cannot };
    const limits = limitsOf(stage);
    prepared.push({ spec: { ...spec, mounts, limits }, copies, output: outputs.get(spec.name) as OutputWatch });
  }
  return { hosts: prepared, channels };
}

function putCheckpoints(mlDir: string, { scenario, request }: Stage, from: string | undefined): void {
  if (request.CheckpointConfig === undefined) return;
  const dir = join(mlDir, 'checkpoints');
  mkdirSync(dir, { recursive: true });
  if (from === undefined) return;
  fs.copySync(from, dir);
  if (scenario.checkpoints?.withMarkers === true) putMarkers(dir);
}

// Beside each file there is an empty one, and one more of an upload that was broken off.
function putMarkers(dir: string): void {
  const files = filesIn(dir);
  for (const file of files) writeFileSync(`${file}.sagemaker-uploaded`, '');
  const [first] = files;
  if (first !== undefined) writeFileSync(`${first}.sagemaker-uploading`, '');
}

function filesIn(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((file) => lstatSync(file).isFile())
    .sort();
}

// The platform's folders are root's, 0755; whether an image's own user can live with that is a check of its own.
function openFolders(mlDir: string): void {
  for (const name of ['.', 'model', 'output', 'output/data', 'checkpoints', 'code', 'input', 'input/data']) {
    const dir = join(mlDir, name);
    if (existsSync(dir)) chmodSync(dir, 0o777);
  }
}

async function mountsOf(
  spec: HostSpec,
  { scenario, dir }: Stage,
): Promise<{ readonly mounts: readonly Mount[]; readonly copies: readonly ChannelCopy[]; readonly cannot?: string }> {
  const { areReadOnly = false, areEmpty = false } = scenario.channels ?? {};
  let mounts = spec.mounts;
  if (areEmpty) mounts = mounts.map((mount) => (mount.isReadOnly ? { ...mount, source: emptyFolder(dir) } : mount));
  if (scenario.entryScript !== undefined) {
    const replaced = replaceSource(mounts, scenario.entryScript, dir);
    if (typeof replaced === 'string') return { mounts, copies: [], cannot: replaced };
    mounts = replaced;
  }
  if (areReadOnly) return { mounts, copies: [] };
  return copyChannels(mounts, join(dir, 'copies', spec.name));
}

function emptyFolder(dir: string): string {
  const folder = join(dir, 'empty');
  mkdirSync(folder, { recursive: true });
  return folder;
}

// A job of the newer SDK says in its drivers which script of the channel `code` is run (contract C90).
function replaceSource(
  mounts: readonly Mount[],
  script: NonNullable<Scenario['entryScript']>,
  dir: string,
): readonly Mount[] | string {
  const drivers = mounts.find(({ target }) => target.endsWith('/input/data/sm_drivers'));
  const file = join(drivers?.source ?? '', 'sourcecode.json');
  const { entry_script: entry } = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as {
    readonly entry_script?: unknown;
  };
  const text =
    typeof entry !== 'string'
      ? undefined
      : entry.endsWith('.py')
        ? script.py
        : entry.endsWith('.sh')
          ? script.sh
          : undefined;
  if (text === undefined) return 'the job runs a command, not a Python or shell script that a trial could stand in for';
  const folder = join(dir, 'script');
  mkdirSync(join(folder, entry as string, '..'), { recursive: true });
  writeFileSync(join(folder, entry as string), text);
  return mounts.map((mount) => (mount.target.endsWith('/input/data/code') ? { ...mount, source: folder } : mount));
}

function limitsOf({ bench, scenario }: Stage): HostLimits {
  const { smallDisk, absentHosts = [], limits = {} } = scenario;
  const isContainer = bench.engine.name !== 'process';
  return {
    ...limits,
    ...(smallDisk !== undefined && {
      disks: [{ target: `/opt/ml/${smallDisk.place}`, options: diskOptions(smallDisk) }],
    }),
    ...(isContainer && { names: absentHosts.map((name) => `${name}:127.0.0.1`) }),
  };
}

async function runHosts(
  { bench, scenario, mask }: Stage,
  session: EngineSession,
  hosts: readonly PreparedHost[],
): Promise<readonly HostObservation[]> {
  const started = await Promise.all(
    hosts.map(async ({ spec, output }) => {
      const run = await session.start(spec);
      output.start();
      const peak =
        scenario.isMeasured === true && bench.engine.name !== 'process' ? watchPeakMemory(run) : () => undefined;
      return { name: spec.name, run, output, peak };
    }),
  );
  const ends = await watchHosts(started, scenario.stop, bench);
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
      failure: failureOf(spec.mlDir, mask),
      files: await listFiles(spec.mlDir, (path) => path === 'input' || path === 'code'),
      changes,
      channelChanges: copies.length === 0 ? undefined : await changesOf(copies),
      peakMemoryBytes: host.peak(),
    });
  }
  return observed;
}

function failureOf(mlDir: string, mask: Stage['mask']): string | undefined {
  const text = readFailureText(mlDir);
  return text === undefined ? undefined : shownText(mlDir, mask)(text);
}

// Without containers the host's folder has another path than it has there.
function shownText(mlDir: string, mask: Stage['mask']): Stage['mask'] {
  return (text) => mask(text.replaceAll(mlDir, DEFAULT_BASE_DIR));
}

// What is not needed any more goes at once: models can be large.
function tidyUp(dir: string): string | undefined {
  const checkpoints = join(dir, 'hosts', 'algo-1', 'ml', 'checkpoints');
  const kept = join(dir, 'checkpoints');
  const isThere = existsSync(checkpoints);
  if (isThere) renameSync(checkpoints, kept);
  for (const name of ['hosts', 'channels', 'copies', 'own-channels', 'engine', 'script', 'empty']) {
    rmSync(join(dir, name), { recursive: true, force: true });
  }
  return isThere ? kept : undefined;
}
