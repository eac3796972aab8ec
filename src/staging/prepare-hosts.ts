import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { RELATIVE_PATHS } from '../contract/paths.ts';
import type { HostSpec, Mount } from '../engines/engine.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import type { PreparedChannels } from './channels/prepare-channels.ts';
import { checkpointPath, DEFAULT_CHECKPOINT_PATH, writeHostFiles } from './host-files.ts';
import type { PlannedHost } from './host-plan.ts';

/** What the hosts of a job are made of. */
export interface HostSpecsRequest {
  readonly request: TrainingJobRequest;
  readonly hosts: readonly PlannedHost[];
  readonly mlDirOf: (host: string) => string;
  readonly channels: PreparedChannels;
  /** Variables of all hosts. */
  readonly environment: Readonly<Record<string, string>>;
  readonly networkInterface: string;
  readonly outputOf: (host: string) => HostSpec['onOutput'];
}

/** Writes the configuration files of all hosts, and says how each is started. */
export function prepareHosts(given: HostSpecsRequest): readonly HostSpec[] {
  return given.hosts.map((host) => prepareHost(host, given));
}

function prepareHost(host: PlannedHost, given: HostSpecsRequest): HostSpec {
  const { request, hosts, channels, environment, networkInterface, outputOf } = given;
  const mlDir = given.mlDirOf(host.name);
  const { mounts = [], inputDataConfig = {} } = channels.hosts.get(host.name) ?? {};
  writeHostFiles({ mlDir, host, hosts, request, inputDataConfig, networkInterface });
  return {
    name: host.name,
    mlDir,
    mounts: [...mounts.map((mount) => writableDrivers(mount, mlDir)), ...checkpointMounts(request, mlDir)],
    environment,
    onOutput: outputOf(host.name),
  };
}

// The newer SDK's drivers are made executable in their place (contract C27).
function writableDrivers(mount: Mount, mlDir: string): Mount {
  if (!mount.target.endsWith('/input/data/sm_drivers')) return mount;
  const source = join(mlDir, '..', 'sm_drivers');
  cpSync(mount.source, source, { recursive: true });
  return { ...mount, source, isReadOnly: false };
}

function checkpointMounts(request: TrainingJobRequest, mlDir: string): readonly Mount[] {
  if (request.CheckpointConfig === undefined) return [];
  const target = checkpointPath(request);
  if (target === DEFAULT_CHECKPOINT_PATH) return [];
  return [{ source: join(mlDir, RELATIVE_PATHS.checkpointDir), target, isReadOnly: false }];
}
