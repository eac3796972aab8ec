import { join } from 'node:path';
import { DEFAULT_BASE_DIR, RELATIVE_PATHS } from '../contract/paths.ts';
import type { EngineSession, HostSpec } from '../engines/engine.ts';
import type { PreparedChannels } from './channels/prepare-channels.ts';
import { withPrograms } from './channels/program-channels.ts';
import { checkpointMounts, checkpointPathOn } from './checkpoint-path.ts';
import { writeHostFiles } from './host-files.ts';
import type { PlannedHost } from './host-plan.ts';
import { type JobPlan, requireMpi } from './job-plan.ts';
import { mlDirOf, openMlDir } from './ml-dirs.ts';
import type { StagedJob } from './staged-job.ts';
import { tensorBoardPlaceOn } from './tensorboard-path.ts';

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
  const tensorBoard = tensorBoardPlaceOn({ hasOptMl }, mlDir, request);
  const codePath = join(hasOptMl ? DEFAULT_BASE_DIR : mlDir, RELATIVE_PATHS.codeDir);
  const ml = openMlDir(job, host.name);
  const files = { ml, host, hosts, request, inputDataConfig, networkInterface, checkpointPath, tensorBoard, codePath };
  await writeHostFiles(files).finally(() => ml.close());
  const channelMounts = await Promise.all(mounts.map((mount) => withPrograms(mount, host.name, job)));
  return {
    name: host.name,
    mlDir,
    mounts: [...channelMounts, ...checkpointMounts(mlDir, request)],
    environment,
    onOutput: outputOf(host.name),
  };
}
