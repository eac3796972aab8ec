import { join } from 'node:path';
import { SOURCE_CHANNELS } from '../contract/channels.ts';
import { channelPath } from '../contract/paths.ts';
import type { EngineSession, HostSpec, Mount } from '../engines/engine.ts';
import { copyTree } from '../job-tree/copy-tree.ts';
import { JobFolder } from '../job-tree/job-folder.ts';
import { openBelow } from '../job-tree/open-below.ts';
import { removeEntry } from '../job-tree/remove-tree.ts';
import { WORK_NAMES } from '../jobs/job-folder.ts';
import type { PreparedChannels } from './channels/prepare-channels.ts';
import { checkpointMounts, checkpointPathOn } from './checkpoint-path.ts';
import { writeHostFiles } from './host-files.ts';
import type { PlannedHost } from './host-plan.ts';
import { type JobPlan, requireMpi } from './job-plan.ts';
import { mlDirOf, openMlDir } from './ml-dirs.ts';
import type { StagedJob } from './staged-job.ts';

type JobHosts = Pick<StagedJob, 'request' | 'dir' | 'hosts' | 'signal' | 'warn'>;

/** What the hosts of a job are made of. */
export interface HostParts {
  readonly session: Pick<EngineSession, 'hasOptMl' | 'mpiLack'>;
  readonly plan: JobPlan;
  readonly channels: PreparedChannels;
  readonly outputOf: (host: string) => HostSpec['onOutput'];
}

/** Announces to the engine the hosts that will be started, so that it can begin. */
export function expectHosts(
  job: Pick<StagedJob, 'dir' | 'hosts'>,
  session: EngineSession,
  { environment }: JobPlan,
): void {
  for (const { name } of job.hosts) session.expect?.({ name, mlDir: mlDirOf(job, name), environment });
}

/**
 * Writes the configuration files of all hosts, and says how each is started.
 *
 * @throws OptmlError START_FAILED for an MPI job that the hosts cannot run.
 */
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
  const hasOptMl = await session.hasOptMl;
  requireMpi(request, hosts.length, session);
  const checkpointPath = checkpointPathOn({ hasOptMl }, mlDir, request);
  const ml = openMlDir(job, host.name);
  const files = { ml, host, hosts, request, inputDataConfig, networkInterface, checkpointPath };
  await writeHostFiles(files).finally(() => ml.close());
  const channelMounts = await Promise.all(mounts.map((mount) => writableDrivers(mount, host.name, job)));
  return {
    name: host.name,
    mlDir,
    mounts: [...channelMounts, ...checkpointMounts(mlDir, request)],
    environment,
    onOutput: outputOf(host.name),
  };
}

// The newer SDK's drivers are made executable in their place (contract C27).
async function writableDrivers(mount: Mount, host: string, { dir, signal, warn }: JobHosts): Promise<Mount> {
  if (!mount.target.endsWith(`/${channelPath(SOURCE_CHANNELS.drivers)}`)) return mount;
  const root = JobFolder.open(dir);
  const folder = openBelow(root, join(WORK_NAMES.hosts, host));
  try {
    // The hosts of an earlier attempt may have changed it.
    await removeEntry(folder, SOURCE_CHANNELS.drivers);
    const [from, to] = [JobFolder.openFollowing(mount.source), folder.createFolder(SOURCE_CHANNELS.drivers)];
    await copyTree(from, to, { signal, warn, isDurable: false }).finally(() => {
      from.close();
      to.close();
    });
  } finally {
    folder.close();
    root.close();
  }
  return { ...mount, source: join(dir, WORK_NAMES.hosts, host, SOURCE_CHANNELS.drivers), isReadOnly: false };
}
