import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SOURCE_CHANNELS } from '../contract/channels.ts';
import { channelPath } from '../contract/paths.ts';
import type { EngineSession, HostSpec, Mount } from '../engines/engine.ts';
import type { PreparedChannels } from './channels/prepare-channels.ts';
import { checkpointMounts, checkpointPathOn } from './checkpoint-path.ts';
import { writeHostFiles } from './host-files.ts';
import type { PlannedHost } from './host-plan.ts';
import type { JobPlan } from './job-plan.ts';
import { mlDirOf } from './ml-dirs.ts';
import type { StagedJob } from './staged-job.ts';

type JobHosts = Pick<StagedJob, 'request' | 'dir' | 'hosts'>;

/** What the hosts of a job are made of. */
export interface HostParts {
  readonly session: Pick<EngineSession, 'hasOptMl'>;
  readonly plan: JobPlan;
  readonly channels: PreparedChannels;
  readonly outputOf: (host: string) => HostSpec['onOutput'];
}

/** Announces to the engine the hosts that will be started, so that it can begin. */
export function expectHosts(job: JobHosts, session: EngineSession, { environment }: JobPlan): void {
  for (const { name } of job.hosts) session.expect?.({ name, mlDir: mlDirOf(job, name), environment });
}

/** Writes the configuration files of all hosts, and says how each is started. */
export function prepareHosts(job: JobHosts, parts: HostParts): Promise<readonly HostSpec[]> {
  return Promise.all(job.hosts.map((host) => prepareHost(job, host, parts)));
}

async function prepareHost(
  job: JobHosts,
  host: PlannedHost,
  { session, plan, channels, outputOf }: HostParts,
): Promise<HostSpec> {
  const { request, hosts } = job;
  const { networkInterface, environment } = plan;
  const mlDir = mlDirOf(job, host.name);
  const { mounts = [], inputDataConfig = {} } = channels.hosts.get(host.name) ?? {};
  const checkpointPath = checkpointPathOn(session, mlDir, request);
  writeHostFiles({ mlDir, host, hosts, request, inputDataConfig, networkInterface, checkpointPath });
  const channelMounts = await Promise.all(mounts.map((mount) => writableDrivers(mount, mlDir)));
  return {
    name: host.name,
    mlDir,
    mounts: [...channelMounts, ...checkpointMounts(mlDir, request)],
    environment,
    onOutput: outputOf(host.name),
  };
}

// The newer SDK's drivers are made executable in their place (contract C27).
async function writableDrivers(mount: Mount, mlDir: string): Promise<Mount> {
  if (!mount.target.endsWith(`/${channelPath(SOURCE_CHANNELS.drivers)}`)) return mount;
  const source = join(mlDir, '..', SOURCE_CHANNELS.drivers);
  // The hosts of an earlier attempt may have changed it.
  await rm(source, { recursive: true, force: true });
  const { copySourceTree } = await import('#staging/copy-source-tree');
  await copySourceTree(mount.source, source);
  return { ...mount, source, isReadOnly: false };
}
