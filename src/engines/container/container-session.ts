import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RESOURCE_DEFAULTS } from '../../contract/hosts.ts';
import type { ContainerJob, EngineContext, EngineSession, HostRun, HostSpec } from '../engine.ts';
import { type ContainerResources, removeArguments, runArguments } from './container-arguments.ts';
import { environmentArguments, passEnvironment } from './container-environment.ts';
import { lastLines } from './container-errors.ts';
import { takeOverFiles } from './container-owners.ts';
import type { ContainerEngineName } from './dialects.ts';
import { type EngineCli, LIMITS_MS, runCli, signalAfter } from './engine-cli.ts';
import { makeMountPoints, mountsOf } from './mount-arguments.ts';
import { hostEndpoints } from './network/host-endpoints.ts';
import type { JobNetwork } from './network/job-network.ts';
import { runContainer } from './run/container-run.ts';

/** What the hosts of a job share. */
export interface SharedParts {
  readonly context: EngineContext;
  readonly resources: ContainerResources;
  readonly labels: readonly string[];
  readonly image: string;
  readonly imageLabels: Readonly<Record<string, string>>;
  readonly network: JobNetwork;
}

/** The containers of one job, on the job's network. */
export function containerSession(cli: EngineCli, job: ContainerJob, shared: SharedParts): EngineSession {
  const { context, labels, image, network } = shared;
  const containers: string[] = [];
  const files: string[] = [];
  let closing: Promise<void> | undefined;
  let isSilent = false;
  const endpoints = hostEndpoints(cli, network.name, { context, uid: process.getuid?.() ?? -1 });
  return {
    hasOptMl: true,
    imageLabels: shared.imageLabels,
    networkInterface: RESOURCE_DEFAULTS.networkInterface,
    async start(host) {
      // A host is started again after an interruption, its first container may still be there.
      const container = `${network.name}-${host.name}-${containers.length + 1}`;
      containers.push(container);
      const file = join(job.workDir, `${container}.env`);
      files.push(file);
      const run = await startHost(cli, { job, shared, host, container, file, endpoints });
      void run.ended.then(({ engineError }) => {
        isSilent ||= engineError !== undefined;
      });
      return run;
    },
    takeOver: (host) => takeOverFiles(cli, host, { context, helper: { image, labels } }),
    close() {
      closing ??= close();
      return closing;
    },
  };

  async function close(): Promise<void> {
    const { warn } = context;
    const signal = signalAfter(context.endNow, LIMITS_MS.lastTry);
    await endpoints.close();
    if (containers.length > 0)
      isSilent = (await removeContainers(cli, containers, { warn, signal, isSilent })) || isSilent;
    const limitMs = isSilent ? LIMITS_MS.lastTry : LIMITS_MS.removal;
    const { code, stderr } = await runCli(cli, ['network', 'rm', network.name], { signal, limitMs });
    if (code !== 0) warn(`${cli.name} could not remove the job's network: ${lastLines(stderr, 1) || LATER}`);
    // They are in a folder that is removed with the job; a secret need not wait for that.
    await Promise.all(files.map((file) => rm(file, { force: true }).catch(() => undefined)));
  }
}

const LATER = 'the next job tries again';

async function startHost(
  cli: EngineCli,
  parts: {
    readonly job: ContainerJob;
    readonly shared: SharedParts;
    readonly host: HostSpec;
    readonly container: string;
    readonly file: string;
    readonly endpoints: ReturnType<typeof hostEndpoints>;
  },
): Promise<HostRun> {
  const { job, shared, host, container, file, endpoints } = parts;
  const { resources, image, network, labels, context } = shared;
  const engine = cli.name as ContainerEngineName;
  // On an isolated network there is no way to this machine.
  const { environment, names } = job.isIsolated
    ? { environment: host.environment, names: [] }
    : await endpoints.reachable(host.environment);
  const passed = passEnvironment(environment);
  if (passed.fileText !== '') await writeFile(file, passed.fileText, { mode: 0o600, flag: 'wx' });
  makeMountPoints(host);
  const args = runArguments(engine, {
    ...{ gpus: resources.gpus, shmSize: resources.shmSize, memory: resources.memory, user: resources.user },
    ...{ name: container, image, job, host: host.name, labels, names },
    ...{ network: network.name, addresses: network.addresses },
    mounts: mountsOf(host),
    environment: environmentArguments(passed, file),
    ...(host.limits !== undefined && { limits: host.limits }),
  });
  // In the order in which they have to be done: a network with containers on it cannot be removed.
  context.watchdog.watchCommand([...cli.command, ...removeArguments(engine, [container])]);
  context.watchdog.watchCommand([...cli.command, 'network', 'rm', network.name]);
  const { variables } = passed;
  const { onOutput } = host;
  return runContainer(cli, {
    container,
    image,
    args,
    variables,
    cwd: job.workDir,
    onOutput,
    watchdog: context.watchdog,
  });
}

interface RemovalOptions {
  readonly signal: AbortSignal | undefined;
  /** Whether the engine is known not to answer. */
  readonly isSilent: boolean;
}

/** Returns whether the engine does not answer. */
async function removeContainers(
  cli: EngineCli,
  containers: readonly string[],
  { warn, signal, isSilent }: Pick<EngineContext, 'warn'> & RemovalOptions,
): Promise<boolean> {
  const allMs = LIMITS_MS.removal + (containers.length - 1) * LIMITS_MS.furtherRemoval;
  const limitMs = isSilent ? LIMITS_MS.lastTry : allMs;
  const args = removeArguments(cli.name as ContainerEngineName, containers);
  const { code, stderr, killed } = await runCli(cli, args, { signal, limitMs });
  // Nothing to remove if it was never made.
  const isProblem = code !== 0 && !/no such container|no container with/i.test(stderr);
  if (isProblem) warn(`${cli.name} could not remove all of the job's containers: ${lastLines(stderr, 1) || LATER}`);
  return killed !== undefined;
}
