import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseLocation } from '../contract/location.ts';
import type { EngineSession, HostSpec } from '../engines/engine.ts';
import { WORK_NAMES } from '../jobs/job-folder.ts';
import type { PreparedChannels } from '../staging/channels/prepare-channels.ts';
import { type CheckpointStore, folderStore, s3Store } from '../staging/checkpoint-store.ts';
import type { HostOutputs } from '../staging/host-outputs.ts';
import { putCode } from '../staging/job-code.ts';
import { prepareHosts } from '../staging/prepare-hosts.ts';
import { mlDirOf, mlDirsOf } from './ml-dirs.ts';
import type { RunContext } from './run-context.ts';
import type { RunPlan } from './run-plan.ts';

/** What the hosts are run with. */
export interface AttemptsRequest {
  readonly session: EngineSession;
  readonly plan: RunPlan;
  readonly outputs: HostOutputs;
}

/** Tells the engine which hosts will be started, so that it can begin. */
export function expectHosts(context: RunContext, { session, plan }: Pick<AttemptsRequest, 'session' | 'plan'>): void {
  for (const { name } of context.hosts) {
    session.expect?.({ name, mlDir: mlDirOf(context, name), environment: plan.environment });
  }
}

/** Brings the channels to the hosts. Loaded for a job that has some. */
export async function prepareJobChannels(context: RunContext): Promise<PreparedChannels> {
  const { request, hosts, dir, openStorage, warn, stop, onProgress } = context;
  if ((request.InputDataConfig ?? []).length === 0) return NO_CHANNELS;
  const { prepareChannels } = await import('#staging/channels/prepare-channels');
  return prepareChannels(request, hosts, {
    workDir: join(dir, WORK_NAMES.channels),
    hostDirs: new Map(hosts.map(({ name }) => [name, mlDirOf(context, name)])),
    openStorage,
    warn,
    signal: stop.preparation,
    onProgress: ({ what, doneBytes, totalBytes }) => onProgress(what, doneBytes, totalBytes),
  });
}

const NO_CHANNELS: PreparedChannels = {
  hosts: new Map(),
  failed: new Promise(() => undefined),
  start: async () => undefined,
  close: async () => undefined,
};

/** Puts the code of the job into every host's folder. */
export function putJobCode(context: RunContext, { project }: RunPlan): Promise<void> {
  const { request, options, log, stop } = context;
  return putCode({
    request,
    projectDir: project?.codeDir,
    mlDirs: mlDirsOf(context),
    isS3Left: options.passCredentials || request.EnableNetworkIsolation === true,
    variables: options.variables,
    log,
    signal: stop.preparation,
  });
}

/** Writes the configuration of all hosts, and says how each is started. */
export function hostSpecs(
  context: RunContext,
  { plan, outputs }: AttemptsRequest,
  channels: PreparedChannels,
): readonly HostSpec[] {
  return prepareHosts({
    request: context.request,
    hosts: context.hosts,
    mlDirOf: (host) => mlDirOf(context, host),
    channels,
    environment: plan.environment,
    networkInterface: plan.networkInterface,
    outputOf: (host) => outputs.of(host),
  });
}

/** Where the checkpoints of the job are kept, if they are. */
export function checkpointStore({ request, openStorage }: RunContext): CheckpointStore | undefined {
  const uri = request.CheckpointConfig?.S3Uri;
  if (uri === undefined) return undefined;
  const parsed = parseLocation(uri);
  return 's3' in parsed ? s3Store(parsed.s3, openStorage) : folderStore(uri);
}

/** Makes a new instance of a host: nothing but the checkpoints comes back to it. What lies in `input` is brought there once. */
export function emptyHost(mlDir: string): void {
  for (const name of readdirSync(mlDir)) {
    if (name !== 'input') rmSync(join(mlDir, name), { recursive: true, force: true });
  }
}
